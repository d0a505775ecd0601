using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Functions of the elements of several operands, which are stretched to one shape.</summary>
static class ArithmeticCases
{
    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 0, 1, 2, 9]), divisor = Given.Wholes(-2, 3, 4);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { "Add", "Sub", "Mul", "Div" }.SelectMany(name => Stretched(name).In(7, 13, 14)),
        .. new[] { "Add", "Sub", "Mul", "Div" }.Select(name => Constant(Of(name, 14, whole, divisor))),
        .. new[] { "Add", "Sub", "Mul", "Div" }.Select(name => Constant(
            Of(name, 14, Given.Of(DataType.Int32, [3], [-7, 8, 9]), Given.Of(DataType.Int32, [], [2])))),
        Constant(Of("Div", 14, whole, Given.Wholes([], [0]))) with { IsRefused = true },
        .. new[] { 10, 13 }.SelectMany(opset => new[] { 0L, 1 }.Select(
            fmod => Constant(Of("Mod", opset, whole, divisor)).With(("fmod", fmod)))),
        Of("Mod", 13, Given.Reals(3), Given.Reals(3)).With(("fmod", 1L)) with { IsRefused = true },
        Constant(Of("Mod", 13, whole, Given.Wholes([], [0]))) with { IsRefused = true },
        .. Powers,
        .. new[] { "Greater", "Less", "Equal" }.SelectMany(name => Stretched(name).In(11, 13)),
        .. new[] { "Greater", "Less" }.SelectMany(name => Stretched(name).In(7, 9)),
        .. new[] { "GreaterOrEqual", "LessOrEqual" }.SelectMany(name => Stretched(name).In(12, 16)),
        .. new[] { "And", "Or", "Xor" }.SelectMany(name => new[]
        {
            Of(name, 7, Given.Truths(2, 3), Given.Truths(2, 3)), Of(name, 7, Given.Truths(2, 3), Given.Truths(2, 1)),
            Of(name, 7, Given.Truths(), Given.Truths(4)),
        }),
        .. new[] { "Greater", "Less", "Equal" }.Select(name => Constant(Of(name, 13, whole, Given.Wholes([], [1])))),
        Constant(Of("Equal", 13, Given.Truths(5), Given.Truths(5))),
        .. new[] { "Max", "Min" }.SelectMany(name => Several(name).In(8, 12, 13)),
        .. new[] { "Max", "Min" }.Select(name => Constant(Of(name, 13, whole, divisor))),
        .. new[] { "Sum", "Mean" }.SelectMany(name => Several(name).In(8, 13)),
        .. Clips,
        .. Wheres,
    ];

    static OperatorCase Constant(OperatorCase test) => test with { OnlyConstant = true };

    static OperatorCase[] Stretched(string name) =>
    [
        Of(name, 0, Given.SpecialAndNaN, Given.SpecialAndNaN.AsColumn), Of(name, 0, Given.Reals(2, 3), Given.Reals(2, 3)),
        Of(name, 0, Given.Reals(2, 3), Given.Reals(3)), Of(name, 0, Given.Reals(3), Given.Reals(2, 3)),
        Of(name, 0, Given.Reals(2, 1, 3), Given.Reals(4, 1)), Of(name, 0, Given.Reals(2, 3), Given.Reals()),
        Of(name, 0, Given.Reals(), Given.Reals()), Of(name, 0, Given.Reals(1), Given.Reals(2, 2, 1, 2)),
        Of(name, 0, Given.Reals(0, 3), Given.Reals(3)),
    ];

    static OperatorCase[] Several(string name) =>
    [
        Of(name, 0, Given.Reals(2, 3)), Of(name, 0, Given.Special, Given.Special.AsColumn),
        Of(name, 0, Given.Reals(2, 3), Given.Reals(3), Given.Reals(2, 1)),
        Of(name, 0, Given.Reals(), Given.Reals(4, 1), Given.Reals(1, 3), Given.Reals(2, 1, 1)),
        Of(name, 0, Given.Reals(2, 3), Given.SpecialAndNaN.AsColumn.AsColumn),
    ];

    static IEnumerable<OperatorCase> Powers =>
    [
        .. new[] { -2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4 }.SelectMany(exponent =>
            new[]
            {
                Of("Pow", 0, Given.Finite, Given.Number(exponent)), Of("Pow", 0, Given.Reals(2, 3), Given.Reals([1], [exponent])),
            }.In(7, 12, 15)),
        .. new[] { 2, 3, 4, -1.0 }.Select(exponent => Of("Pow", 15, Given.SpecialAndNaN, Given.Number(exponent))),
        Of("Pow", 15, Given.Finite, Given.Finite.AsColumn), Of("Pow", 15, Given.Positive(2, 3), Given.Reals(3)),
        Of("Pow", 15, Given.Positive(3), Given.Reals(2, 3)), Of("Pow", 15, Given.Positive(), Given.Reals()),
        Of("Pow", 15, Given.Reals(3), Given.Reals([2, 1, 1], [2, 3])), Of("Pow", 15, Given.Reals(3), Given.Reals([1, 1, 1], [2])),
        Of("Pow", 15, Given.Reals(2, 3), Given.Wholes([], [2])), Of("Pow", 15, Given.Reals(2, 3), Given.Wholes(2, 0, -1)),
        Constant(Of("Pow", 15, whole, Given.Wholes([], [2]))), Constant(Of("Pow", 15, divisor, Given.Wholes(0, 1, 3))),
        Constant(Of("Pow", 15, Given.Wholes(4, 9, 2), Given.Reals([], [0.5]))),
        Constant(Of("Pow", 15, Given.Wholes(4, 2, 1), Given.Number(-1))),
    ];

    static IEnumerable<OperatorCase> Clips =>
    [
        Of("Clip", 6, Given.Special), Of("Clip", 6, Given.Special).With(("min", -1f)),
        Of("Clip", 6, Given.Special).With(("max", 2f)),
        Of("Clip", 6, Given.Reals(2, 3)).With(("min", 0f), ("max", 1f)),
        .. new[]
        {
            Of("Clip", 0, Given.Special), Of("Clip", 0, Given.Special, Given.Number(-1)),
            Of("Clip", 0, Given.Special, null, Given.Number(2)), Of("Clip", 0, Given.Special, Given.Number(-1), Given.Number(2)),
            Of("Clip", 0, Given.Reals(2, 3, 2), Given.Number(0), Given.Number(0.5)),
            Of("Clip", 0, Given.Special, Given.Number(double.NegativeInfinity), Given.Number(double.PositiveInfinity)),
        }.In(11, 12, 13),
        // the upper bound counts
        Of("Clip", 13, Given.Reals(2, 3), Given.Number(2), Given.Number(-1)),
        Constant(Of("Clip", 13, whole, Given.Wholes([], [-1]), Given.Wholes([], [2]))),
    ];

    static IEnumerable<OperatorCase> Wheres =>
    [
        .. new[]
        {
            Of("Where", 0, Given.Truths(2, 3), Given.Reals(2, 3), Given.Reals(2, 3)),
            Of("Where", 0, Given.Truths(3), Given.Reals(2, 1), Given.Reals()),
            Of("Where", 0, Given.Truths(2, 1), Given.Reals(3), Given.Reals(4, 1, 1)),
            Of("Where", 0, Given.Truths(), Given.Reals(2), Given.Reals(2)),
            // what is not taken does not matter
            Of("Where", 0, Given.Truths(8, 1), Given.SpecialAndNaN, Given.Number(double.NaN)),
        }.In(9, 16),
        Constant(Of("Where", 16, Given.Truths(2, 3), whole, divisor)),
    ];
}
