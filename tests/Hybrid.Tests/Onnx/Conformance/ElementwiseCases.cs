using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Functions of each element of one operand.</summary>
static class ElementwiseCases
{
    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 0, 1, 2, 9]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { "Abs", "Neg" }.SelectMany(name => Ranks(name, 6, 13, Given.SpecialAndNaN)),
        .. new[] { "Exp", "Log", "Sqrt" }.SelectMany(name => Ranks(name, 6, 13, Given.SpecialAndNaN)),
        // NaN has no sign there, and 0 here is as good as any
        .. Ranks("Sign", 9, 13, Given.Special),
        .. new[] { "Sin", "Cos" }.SelectMany(name => Ranks(name, 7, 22, Given.Finite)),
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
