using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Elements by their places, and tensors put together.</summary>
static class SelectionCases
{
    const long Most = long.MaxValue, Least = long.MinValue;

    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 0, 1, 2, 9]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. SlicesByAttributes.In(1, 9), .. SlicesByOperands.In(10, 11, 13), .. SlicesOfAnAxis, .. Gathers.In(1, 11, 13),
        Constant(Of("Gather", 13, whole, Given.Wholes([], [1])).With(("axis", 1L))),
        Of("Gather", 13, Given.Reals(2, 3), Given.Of(DataType.Int32, [2], [1, 0])),
        .. new[] { -1, -2 }.Select(axis => Of("Gather", 13, Given.Reals(2, 3, 4), Given.Wholes(0, 1)).With(("axis", (long)axis))),
        .. new[] { -1L, -2, -3 }.SelectMany(index => new[] { Of("Gather", 0, Given.Reals(3, 2), Given.Wholes(index, 0)) }
            .In(11, 13)),
        Of("Gather", 13, Given.Reals(3, 2), Given.Wholes(3)) with { IsRefused = true },
        Of("Gather", 13, Given.Reals(3, 2), Given.Wholes(-4)) with { IsRefused = true },
        .. Concats,
    ];

    static OperatorCase Constant(OperatorCase test) => test with { OnlyConstant = true };

    static long[] List(params long[] values) => values;

    static OperatorCase[] SlicesByAttributes =>
    [
        Of("Slice", 0, Given.Reals(4, 5)).With(("starts", List(1, 0)), ("ends", List(3, 2))),
        Of("Slice", 0, Given.Reals(4, 5)).With(("starts", List(-2)), ("ends", List(Most)), ("axes", List(1))),
        Of("Slice", 0, Given.Reals(4, 5)).With(("starts", List(0)), ("ends", List(-1)), ("axes", List(0))),
        Of("Slice", 0, Given.Reals(4, 5)).With(("starts", List(3)), ("ends", List(1)), ("axes", List(0))),
        Of("Slice", 0, Given.Reals(4, 5)).With(("starts", List(-9)), ("ends", List(9)), ("axes", List(0))),
    ];

    static IEnumerable<OperatorCase> SlicesByOperands =>
    [
        Of("Slice", 0, Given.Reals(4, 5), Given.Wholes(1, 0), Given.Wholes(3, 2)),
        Of("Slice", 0, Given.Reals(2, 3, 4), Given.Wholes(1, 0), Given.Wholes(3, 2), Given.Wholes(2, 0), Given.Wholes(1, 1)),
        Of("Slice", 0, Given.Reals(4, 5), Given.Wholes(1), Given.Wholes(4), Given.Wholes(1), Given.Wholes(2)),
        Of("Slice", 0, Given.Reals(4, 5), Given.Wholes(1), Given.Wholes(Most), Given.Wholes(-1)),
        Constant(Of("Slice", 0, whole, Given.Wholes(1), Given.Wholes(Most), Given.Wholes(1))),
    ];

    /// <summary>Every kind of start, end and step along 6 elements, and along none.</summary>
    static IEnumerable<OperatorCase> SlicesOfAnAxis =>
    [
        .. from start in new[] { 0, 1, 5, 6, 9, -1, -5, -6, -7, -9, Least, Most }
           from end in new[] { 0, 1, 5, 6, 9, -1, -5, -6, -7, -9, Least, Most }
           from step in new[] { 1L, 2, -1, -2, 100, -100 }
           select Of("Slice", 13, Given.Reals(6), Given.Wholes(start), Given.Wholes(end), Given.Wholes(0),
               Given.Wholes(step)) with
           {
               IsRefused = end == Most && step < 0,
           },
        .. from start in new[] { 0, -1, Least, Most }
           from step in new[] { 1L, -1 }
           select Of("Slice", 13, Given.Reals(0, 2), Given.Wholes(start), Given.Wholes(9), Given.Wholes(0), Given.Wholes(step)),
    ];

    static OperatorCase[] Gathers =>
    [
        Of("Gather", 0, Given.Reals(3, 2), Given.Wholes(2, 0, 2)), Of("Gather", 0, Given.Reals(3, 2), Given.Wholes([], [1])),
        Of("Gather", 0, Given.Reals(3, 2), Given.Wholes([2, 2], [0, 1, 1, 0])).With(("axis", 1L)),
        Of("Gather", 0, Given.Reals(2, 3, 4), Given.Wholes([], [2])).With(("axis", 1L)),
        Of("Gather", 0, Given.Reals(2, 3, 4), Given.Wholes(3, 2, 1)).With(("axis", 2L)),
        Of("Gather", 0, Given.Reals(5), Given.Wholes([0], [])), Of("Gather", 0, Given.SpecialAndNaN, Given.Wholes(3, 1)),
    ];

    static IEnumerable<OperatorCase> Concats =>
    [
        .. new[]
        {
            Of("Concat", 0, Given.Reals(2, 3), Given.Reals(2, 1)).With(("axis", 1L)),
            Of("Concat", 0, Given.Reals(2, 3), Given.Reals(1, 3), Given.Reals(2, 3)).With(("axis", 0L)),
            Of("Concat", 0, Given.Reals(2, 3, 2), Given.Reals(2, 3, 1)).With(("axis", 2L)),
            Of("Concat", 0, Given.Reals(2, 3)).With(("axis", 0L)),
            Of("Concat", 0, Given.Reals(2), Given.Reals(3)).With(("axis", 0L)),
            Of("Concat", 0, Given.Reals(2, 3), Given.Reals(2, 0)).With(("axis", 1L)),
        }.In(4, 11, 13),
        Of("Concat", 13, Given.Reals(2, 3), Given.Reals(2, 1)).With(("axis", -1L)),
        Of("Concat", 13, Given.Reals(2, 3, 2), Given.Reals(2, 1, 2)).With(("axis", -2L)),
        Constant(Of("Concat", 13, Given.Wholes(2, 3), Given.Wholes(-1)).With(("axis", 0L))),
    ];
}
