using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Sums, means, extremes and where they stand.</summary>
static class ReductionCases
{
    static readonly string[] names = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceLogSumExp"];

    static readonly string[] ofFunctions = ["ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceProd"];

    /// <summary>Rows of ties, of zeros of both signs, of large numbers, of infinities.</summary>
    static readonly Given ties = Given.Reals(
        [6, 3],
        [1, 3, 3, 0, -0.0, 0, -2, -2, -2, 88, 90, -90, double.NegativeInfinity, 1, 2, double.PositiveInfinity, 1,
            double.PositiveInfinity]);

    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 1, 1, 2, 9]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. names.SelectMany(name => Attributes(name, name == "ReduceSum" ? [1, 11] : [1, 11, 13])),
        .. names.SelectMany(name => Operands(name, name == "ReduceSum" ? 13 : 18)),
        .. names.Except(["ReduceLogSumExp"]).Select(name => Constant(Of(name, 18, whole, Given.Wholes(-1)))),
        .. names.Except(["ReduceLogSumExp"]).Select(
            name => Constant(Of(name, 18, Given.Of(DataType.Int32, [2, 3], [-7, -1, 1, 1, 2, 9]), Given.Wholes(0)))),
        .. ofFunctions.SelectMany(name => Attributes(name, [1, 11, 13])),
        // whether an operator that reduces nothing applies its function is not settled
        .. ofFunctions.SelectMany(name => Operands(name, 18)
            .Where(test => test.Attributes is not [("noop_with_empty_axes", 1L)] || test.Operands is [_, { Count: > 0 }])),
        .. ArgMaxs.In(1, 11, 12, 13),
        .. ArgMaxs.In(11, 13).Select(test => test with { Operator = "ArgMin" }),
        .. new[] { 0L, 1, -1 }.SelectMany(axis => new[] { ties, Given.Reals(4, 5) }.SelectMany(x => new[] { 0L, 1 }.Select(last =>
            Of("ArgMax", 13, x).With(("axis", axis), ("select_last_index", last))))),
    ];

    static OperatorCase Constant(OperatorCase test) => test with { OnlyConstant = true };

    static IEnumerable<OperatorCase> Attributes(string name, int[] opsets) =>
    [
        .. new[]
        {
            Of(name, 0, Given.Reals(2, 3)), Of(name, 0, Given.Reals(2, 3, 4)).With(("keepdims", 0L)),
            Of(name, 0, ties).With(("axes", new[] { 1L })), Of(name, 0, Given.Reals(2, 3, 4)).With(("axes", new[] { 0L, 2 })),
            Of(name, 0, Given.Reals(2, 3, 4)).With(("axes", new[] { 2L, 1 }), ("keepdims", 0L)),
            Of(name, 0, Given.Reals(5)).With(("axes", new[] { 0L }), ("keepdims", 0L)), Of(name, 0, Given.Reals()),
        }.In(opsets),
        Of(name, 11, Given.Reals(2, 3, 4)).With(("axes", new[] { -2L })),
        Of(name, 11, Given.Reals(2, 3, 4)).With(("axes", new[] { -1L, 0 }), ("keepdims", 0L)),
    ];

    static IEnumerable<OperatorCase> Operands(string name, int opset) =>
    [
        Of(name, opset, Given.Reals(2, 3)), Of(name, opset, Given.Reals()), Of(name, opset, ties, Given.Wholes(1)),
        Of(name, opset, Given.Reals(2, 3, 4), Given.Wholes(0, -1)),
        Of(name, opset, Given.Reals(2, 3, 4), Given.Wholes(-2)).With(("keepdims", 0L)),
        Of(name, opset, Given.Reals(2, 3, 4), null).With(("noop_with_empty_axes", 1L)),
        Of(name, opset, Given.Reals(2, 3, 4), Given.Wholes()).With(("noop_with_empty_axes", 1L)),
        Of(name, opset, Given.Reals(2, 3, 4), Given.Wholes()).With(("noop_with_empty_axes", 0L)),
        Of(name, opset, Given.Reals(2, 3, 4), Given.Wholes(1)).With(("noop_with_empty_axes", 1L)),
        Of(name, opset, Given.Reals(2, 3, 4)).With(("keepdims", 0L)),
    ];

    static IEnumerable<OperatorCase> ArgMaxs =>
    [
        Of("ArgMax", 0, Given.Reals(4, 3)), Of("ArgMax", 0, ties).With(("axis", 1L)), Of("ArgMax", 0, Given.Reals(5)),
        Of("ArgMax", 0, ties).With(("axis", 1L), ("keepdims", 0L)), Of("ArgMax", 0, Given.Reals(2, 3, 4)).With(("axis", 1L)),
        Of("ArgMax", 0, Given.Reals(2, 3, 4)).With(("axis", 2L), ("keepdims", 0L)),
    ];
}
