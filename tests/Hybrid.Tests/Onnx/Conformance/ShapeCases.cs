using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>The same elements in a different shape, order or type.</summary>
static class ShapeCases
{
    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 0, 1, 2, 9]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { Of("Identity", 0, Given.Special), Of("Identity", 0, Given.Reals()), Constant(Of("Identity", 0, whole)) }
            .In(1, 13, 16),
        .. Constants,
        .. Reshapes,
        .. new[] { 0L, 1, 2, 3 }.SelectMany(axis => new[] { Of("Flatten", 0, Given.Reals(2, 3, 4)).With(("axis", axis)) }
            .In(1, 9, 13)),
        .. new[] { -1L, -2, -3 }.Select(axis => Of("Flatten", 11, Given.Reals(2, 3, 4)).With(("axis", axis))),
        .. new[] { Of("Flatten", 0, Given.Reals(2, 3, 4)), Of("Flatten", 0, Given.Reals(3)) }.In(1, 9, 13),
        .. Squeezes,
        .. Transposes.In(1, 13),
        .. Expands.In(8, 13),
        .. Shapes,
        .. Dequantized,
    ];

    static OperatorCase Constant(OperatorCase test) => test with { OnlyConstant = true };

    static long[] List(params long[] values) => values;

    static Given Bytes(int[] shape, params long[] values) => Given.Of(DataType.Int8, shape, values);

    static IEnumerable<OperatorCase> Dequantized =>
    [
        .. new[] { 10, 13, 19 }.Select(opset => Constant(Of(
            "DequantizeLinear", opset, Bytes([2, 3], -128, -1, 0, 1, 5, 127), Given.Number(0.25), Bytes([], 3)))),
        Constant(Of("DequantizeLinear", 13, Given.Of(DataType.Uint8, [4], [0, 1, 128, 255]), Given.Number(0.5))),
        .. new[] { 0L, 1, -1 }.Select(axis => Constant(Of(
            "DequantizeLinear", 13, Bytes([2, 2], -128, -1, 0, 127), Given.Reals([2], [0.25, 2]), Bytes([2], 3, -4))
            .With(("axis", axis)))),
        Constant(Of("DequantizeLinear", 21, Bytes([2, 2], -128, -1, 0, 127), Given.Reals([2, 1], [0.25, 2])).With(
            ("axis", 1L), ("block_size", 2L))) with { IsRefused = true },
    ];

    static OperatorCase[] Constants =>
    [
        .. new[]
        {
            Value(Given.Reals(2, 3)), Value(Given.Number(0.1)), Value(Given.Special), Value(whole), Value(Given.Truths(3)),
            Value(Given.Of(DataType.Int32, [2], [-1, 5])),
        }.SelectMany(test => new[] { test }.In(1, 9, 13)),
        Value(Given.Reals(2, 3) with { Type = DataType.Double }) with { IsCastBack = true },
        Value(Given.Of(DataType.Int8, [2], [-1, 5])) with { IsCastBack = true },
        Value(Given.Of(DataType.Uint8, [2], [200, 5])) with { IsCastBack = true },
        .. new (string, object)[]
        {
            ("value_float", 0.1f), ("value_int", -3L), ("value_floats", new[] { 0.1f, -0f, 3e38f }), ("value_ints", List(3, -1)),
        }.SelectMany(attribute => new[] { Of("Constant", 0).With(attribute) }.In(12, 13)),
    ];

    static OperatorCase Value(Given given) =>
        Of("Constant", 13).With(("value", given.Tensor("", given.Draw(new System.Random(1)))));

    static IEnumerable<OperatorCase> Reshapes =>
    [
        .. new[]
        {
            Of("Reshape", 0, Given.Reals(2, 3, 4), Given.Wholes(6, 4)), Of("Reshape", 0, Given.Reals(2, 3, 4), Given.Wholes(-1)),
            Of("Reshape", 0, Given.Reals(2, 3, 4), Given.Wholes(0, -1)),
            Of("Reshape", 0, Given.Reals(2, 3, 4), Given.Wholes(2, -1, 2)),
            Of("Reshape", 0, Given.Reals(2, 3, 4), Given.Wholes(0, 0, 2, 2)), Of("Reshape", 0, Given.Reals(1), Given.Wholes()),
            Of("Reshape", 0, Given.Reals(), Given.Wholes(1, 1)), Constant(Of("Reshape", 0, whole, Given.Wholes(3, -1))),
        }.In(5, 13, 14),
        Of("Reshape", 14, Given.Reals(2, 3), Given.Wholes(3, 2)).With(("allowzero", 1L)),
        Of("Reshape", 14, Given.Reals(0, 3), Given.Wholes(3, 0)).With(("allowzero", 1L)),
        Of("Reshape", 14, Given.Reals(0, 3), Given.Wholes(0, 1, 3)),
    ];

    static IEnumerable<OperatorCase> Squeezes =>
    [
        .. new[]
        {
            Of("Squeeze", 0, Given.Reals(1, 3, 1, 2)), Of("Squeeze", 0, Given.Reals(1, 3, 1, 2)).With(("axes", List(0))),
            Of("Squeeze", 0, Given.Reals(1, 3, 1, 2)).With(("axes", List(2, 0))), Of("Squeeze", 0, Given.Reals(1, 1)),
            Of("Unsqueeze", 0, Given.Reals(2, 3)).With(("axes", List(0))),
            Of("Unsqueeze", 0, Given.Reals(2, 3)).With(("axes", List(3, 1))),
            Of("Unsqueeze", 0, Given.Reals()).With(("axes", List(0, 1))),
        }.In(1, 11),
        Of("Squeeze", 11, Given.Reals(1, 3, 1)).With(("axes", List(-1))),
        Of("Unsqueeze", 11, Given.Reals(2)).With(("axes", List(-1, 0))),
        Of("Squeeze", 13, Given.Reals(1, 3, 1, 2)), Of("Squeeze", 13, Given.Reals(1, 3, 1, 2), Given.Wholes(0)),
        Of("Squeeze", 13, Given.Reals(1, 3, 1, 2), Given.Wholes(-2, 0)),
        Constant(Of("Squeeze", 13, Given.Wholes(5), Given.Wholes(0))),
        Of("Unsqueeze", 13, Given.Reals(2, 3), Given.Wholes(0)), Of("Unsqueeze", 13, Given.Reals(2, 3), Given.Wholes(-1, 0)),
        Of("Unsqueeze", 13, Given.Reals(2, 3), Given.Wholes(3, 1, -5)), Of("Unsqueeze", 13, Given.Reals(), Given.Wholes(0)),
        Constant(Of("Unsqueeze", 13, Given.Wholes(5, 6), Given.Wholes(1))),
    ];

    static OperatorCase[] Transposes =>
    [
        Of("Transpose", 0, Given.Reals(2, 3)), Of("Transpose", 0, Given.Reals(2, 3, 4)), Of("Transpose", 0, Given.Reals(3)),
        Of("Transpose", 0, Given.Reals(2, 3, 4)).With(("perm", List(1, 2, 0))), Constant(Of("Transpose", 0, whole)),
        Of("Transpose", 0, Given.Reals(2, 3, 4)).With(("perm", List(0, 2, 1))),
        Of("Transpose", 0, Given.Reals(2, 3, 4, 5)).With(("perm", List(3, 1, 0, 2))),
    ];

    static OperatorCase[] Expands =>
    [
        Of("Expand", 0, Given.Reals(3, 1), Given.Wholes(3, 4)), Of("Expand", 0, Given.Reals(3, 1), Given.Wholes(2, 1, 4)),
        Of("Expand", 0, Given.Reals(2, 3), Given.Wholes(1, 1)), Of("Expand", 0, Given.Reals(2, 3), Given.Wholes(3)),
        Of("Expand", 0, Given.Reals(), Given.Wholes(2, 2)), Of("Expand", 0, Given.Reals(3), Given.Wholes()),
        Constant(Of("Expand", 0, Given.Wholes(5), Given.Wholes(3))),
    ];

    static IEnumerable<OperatorCase> Shapes =>
    [
        .. new[] { Of("Shape", 0, Given.Reals(2, 3, 4)), Of("Shape", 0, Given.Reals()), Of("Shape", 0, Given.Reals(0, 3)) }
            .In(1, 13, 15, 19),
        .. new[]
        {
            (1L, 3L), (-2, 3), (0, -1), (-1, 9), (-9, 2), (2, 1), (3, 3),
        }.Select(range => Of("Shape", 15, Given.Reals(2, 3, 4)).With(("start", range.Item1), ("end", range.Item2))),
        Of("Shape", 15, Given.Reals(2, 3, 4)).With(("start", 1L)), Of("Shape", 15, Given.Reals(2, 3, 4)).With(("end", 1L)),
    ];
}
