using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Operators of ai.onnx.ml, as scikit-learn's converter and ML.NET write them.</summary>
static class ClassicalCases
{
    const string Domain = "ai.onnx.ml.";

    static readonly Given rows = Given.Reals([4, 3], [1, -2, 2, 0, -0.0, 0, -1, -5, -3, 4, 0, 3]);

    public static IEnumerable<OperatorCase> All =>
    [
        Ml("Scaler", Given.Reals(4, 3)).With(("offset", Floats(1, -2, 0.5f)), ("scale", Floats(2, 0.25f, -1))),
        Ml("Scaler", Given.Reals(4, 3)).With(("offset", Floats(1)), ("scale", Floats(2))),
        .. new[] { "MAX", "L1", "L2" }.SelectMany(norm => new[]
        {
            Ml("Normalizer", rows).With(("norm", norm)), Ml("Normalizer", Given.Reals(5)).With(("norm", norm)),
        }),
        Ml("Imputer", Given.SpecialAndNaN.AsColumn).With(("imputed_value_floats", Floats(2.5f)), ("replaced_value_float", float.NaN)),
        Ml("Imputer", rows).With(("imputed_value_floats", Floats(7, 8, 9)), ("replaced_value_float", 0f)),
        Ml("OneHotEncoder", Given.Reals([4, 1], [3, -1, 2, 5])).With(("cats_int64s", List(-1, 2, 3)), ("zeros", 1L)),
        Ml("OneHotEncoder", Given.Reals([3], [3, 2.5, -1.5])).With(("cats_int64s", List(-1, 2, 3)), ("zeros", 1L)),
        Ml("OneHotEncoder", Given.Reals([3], [0, 1, 2])).With(("cats_strings", "a")) with { IsRefused = true },
        Ml("LabelEncoder", Given.Reals([3], [3, 2.5, -1])).With(
            ("keys_floats", Floats(3, 2.5f)), ("values_floats", Floats(10, 20)), ("default_float", -4f)),
        Ml("ArrayFeatureExtractor", Given.Reals(2, 4), Given.Wholes(3, 0)),
        Ml("ArrayFeatureExtractor", Given.Reals(4), Given.Wholes(3, 0, 0)),
        Ml("ArrayFeatureExtractor", Given.Reals(4), Given.Wholes(4)) with { IsRefused = true },
        Ml("FeatureVectorizer", Given.Reals(2, 3), Given.Reals(2, 1)).With(("inputdimensions", List(3, 1))),
        Ml("Binarizer", Given.Special).With(("threshold", 0.5f)),
    ];

    static OperatorCase Ml(string name, params Given?[] operands) => Of(Domain + name, 13, operands);

    static float[] Floats(params float[] values) => values;

    static long[] List(params long[] values) => values;
}
