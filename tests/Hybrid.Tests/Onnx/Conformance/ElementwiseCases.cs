using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Functions of each element of one operand.</summary>
static class ElementwiseCases
{
    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 0, 1, 2, 9]);

    static readonly Given angles = Given.Reals([9], [0, -0.0, 1, -1, 1.5, 2, -3, 100, 1e-20]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { "Abs", "Neg" }.SelectMany(name => Ranks(name, 6, 13, Given.SpecialAndNaN)),
        .. new[] { "Exp", "Log", "Sqrt" }.SelectMany(name => Ranks(name, 6, 13, Given.SpecialAndNaN)),
        // NaN has no sign there, and 0 here is as good as any
        .. Ranks("Sign", 9, 13, Given.Special),
        .. new[] { "Sin", "Cos" }.SelectMany(name => Ranks(name, 7, 22, Given.Finite)),
        .. Ranks("Tan", 7, 22, angles), .. new[] { "Asin", "Acos" }.SelectMany(name => Ranks(name, 7, 22, Given.SpecialAndNaN)),
        .. Ranks("Atan", 7, 22, Given.SpecialAndNaN),
        .. new[] { "Sinh", "Cosh", "Asinh", "Acosh", "Atanh" }.SelectMany(name => Ranks(name, 9, 22, Given.SpecialAndNaN)),
        .. new[] { "Asin", "Acos", "Atan", "Sinh", "Asinh", "Atanh" }.Select(name => Of(name, 22, Given.Reals(
            [9], [0.1, -0.3, 0.41421356, -0.7, 0.9, -0.99, 0.99999, 1e-4, -1e-6]))),
        .. new[] { "Floor", "Ceil" }.SelectMany(name => Ranks(name, 6, 13, Given.SpecialAndNaN)),
        .. Ranks("Round", 11, 22, Given.SpecialAndNaN), .. Ranks("Reciprocal", 6, 13, Given.SpecialAndNaN),
        .. new[] { "Round", "Floor", "Ceil" }.Select(name => Of(name, 13, Given.Reals(
            [9], [0.49999997, -0.49999997, 0.5, -0.5, 1.5, 2.5, -2.5, 8388609, 8388607.5]))),
        Of("IsInf", 10, Given.SpecialAndNaN), Of("IsInf", 20, Given.SpecialAndNaN).With(("detect_negative", 0L)),
        Of("IsInf", 10, Given.SpecialAndNaN).With(("detect_positive", 0L)),
        Of("Not", 7, Given.Truths(2, 3)),
        .. Ranks("Erf", 9, 13, Given.SpecialAndNaN),
        .. Ranks("IsNaN", 9, 13, Given.SpecialAndNaN), Of("IsNaN", 20, Given.SpecialAndNaN),
        .. new[] { "Abs", "Neg", "Sign" }.Select(name => Of(name, 13, whole) with { OnlyConstant = true }),
        .. new[] { "Abs", "Neg", "Sign" }.Select(
            name => Of(name, 13, Given.Of(DataType.Int32, [3], [-7, 0, 9])) with { OnlyConstant = true }),
    ];

    static OperatorCase[] Ranks(string name, int first, int second, Given special) =>
    [
        Of(name, first, special), Of(name, second, special), Of(name, second, Given.Reals()),
        Of(name, second, Given.Reals(2, 1, 3)),
        Of(name, second, Given.Positive(2, 3, 2, 2)), Of(name, second, Given.Reals(0, 3)),
    ];
}
