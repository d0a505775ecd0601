using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Elements that are made or kept by their positions.</summary>
static class PatternCases
{
    public static IEnumerable<OperatorCase> All =>
    [
        .. from upper in new[] { 0L, 1 }
           from k in new long?[] { null, 0, 1, -1, 9, -9 }
           select Of("Trilu", 14, Given.Reals(3, 4), k is { } number ? Given.Wholes([], [number]) : null).With(("upper", upper)),
        Of("Trilu", 14, Given.Reals(2, 3, 3)), Of("Trilu", 14, Given.Reals(3)) with { IsRefused = true },
        .. new[] { 9, 22 }.SelectMany(opset => new[]
        {
            Of("EyeLike", opset, Given.Reals(3, 4)), Of("EyeLike", opset, Given.Reals(3, 3)).With(("k", 1L)),
            Of("EyeLike", opset, Given.Reals(4, 3)).With(("k", -2L), ("dtype", (long)DataType.Int64)) with { IsCastBack = true },
        }),
        Numbers(0, 5, 1), Numbers(1, 2, 0.25), Numbers(5, 0, -2), Numbers(3, 3, 1), Numbers(3, 0, 1),
        Of("Range", 11, Given.Wholes([], [-2]), Given.Wholes([], [7]), Given.Wholes([], [3])) with { IsCastBack = true },
        .. new[] { 9, 11 }.SelectMany(opset => new[]
        {
            Hot(opset, Given.Reals([3], [0, 2, 3])), Hot(opset, Given.Wholes(0, 2, 3)),
            Hot(opset, Given.Wholes([2, 2], [0, 1, 2, 9])).With(("axis", 1L)), Hot(opset, Given.Wholes([2, 2], [0, 1, 2, 3])).With(("axis", 0L)),
        }),
        Hot(11, Given.Wholes(-1, 2, -4)), Hot(11, Given.Reals([2], [-1, 1])),
        Of("OneHot", 11, Given.Wholes(0), Given.Wholes([], [0]), Given.Reals(2)) with { IsRefused = true },
    ];

    static OperatorCase Hot(int opset, Given indices) =>
        Of("OneHot", opset, indices, indices.CanVary ? Given.Number(4) with { IsFixed = true } : Given.Wholes([], [4]),
            Given.Reals([2], [-0.5, 2]));

    static OperatorCase Numbers(double start, double limit, double step) =>
        Of("Range", 11, Given.Number(start), Given.Number(limit), Given.Number(step)) with { OnlyConstant = true };
}
