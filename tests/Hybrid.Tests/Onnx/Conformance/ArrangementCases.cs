using Hybrid.Onnx.Wire;
using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Tensors split, repeated, padded and accumulated along axes.</summary>
static class ArrangementCases
{
    static readonly Given whole = Given.Wholes([2, 3], [-7, -1, 0, 1, 2, 9]);

    public static IEnumerable<OperatorCase> All => [.. Splits, .. Tiles, .. Fills, .. Pads, .. Sums];

    static OperatorCase Constant(OperatorCase test) => test with { OnlyConstant = true };

    static long[] List(params long[] values) => values;

    static IEnumerable<OperatorCase> Outputs(OperatorCase test, int count) =>
        Enumerable.Range(0, count).Select(output => test with { Output = output, Outputs = count });

    static IEnumerable<OperatorCase> Splits =>
    [
        .. new[] { 2, 11 }.SelectMany(opset => Outputs(
            Of("Split", opset, Given.Reals(4, 3)).With(("axis", 0L), ("split", List(1, 3))), 2)),
        .. new[] { 2, 11, 13 }.SelectMany(opset => Outputs(Of("Split", opset, Given.Reals(2, 6)).With(("axis", 1L)), 3)),
        .. new[] { 13, 18 }.SelectMany(opset => Outputs(
            Of("Split", opset, Given.Reals(2, 6), Given.Wholes(2, 0, 4)).With(("axis", -1L)), 3)),
        .. Outputs(Of("Split", 18, Given.Reals(2, 7)).With(("axis", 1L), ("num_outputs", 3L)), 3),
        .. Outputs(Constant(Of("Split", 13, whole, Given.Wholes(1, 2)).With(("axis", 1L))), 2),
        Of("Split", 13, Given.Reals(2, 6), Given.Wholes(2, 3)).With(("axis", 1L)) with { IsRefused = true, Outputs = 2 },
    ];

    static IEnumerable<OperatorCase> Tiles =>
    [
        .. new[]
        {
            Of("Tile", 0, Given.Reals(2, 3), Given.Wholes(1, 2)), Of("Tile", 0, Given.Reals(2, 3), Given.Wholes(3, 2)),
            Of("Tile", 0, Given.Reals(5), Given.Wholes(1)), Of("Tile", 0, Given.Reals(2, 1, 3), Given.Wholes(2, 2, 2)),
        }.In(6, 13),
        Constant(Of("Tile", 13, whole, Given.Wholes(2, 2))),
        Of("Tile", 13, Given.Reals(2, 3), Given.Wholes(2)) with { IsRefused = true },
    ];

    static TensorProto Value(float value) => Given.Reals([1], [value]).Tensor("", [value]);

    static IEnumerable<OperatorCase> Fills =>
    [
        .. new[] { 9, 20 }.SelectMany(opset => new[]
        {
            Of("ConstantOfShape", opset, Given.Wholes(2, 3)),
            Of("ConstantOfShape", opset, Given.Wholes(4)).With(("value", Value(1.5f))),
        }),
        Of("ConstantOfShape", 9, Given.Wholes(-1)) with { IsRefused = true },
        Of("Size", 13, Given.Reals(2, 3)) with { IsCastBack = true },
        Constant(Of("Size", 13, whole)) with { IsCastBack = true },
    ];

    static IEnumerable<OperatorCase> Pads =>
    [
        .. new[] { "constant", "edge", "reflect" }.SelectMany(mode => new[]
        {
            Of("Pad", 2, Given.Reals(3, 4)).With(("mode", mode), ("pads", List(1, 0, 2, 3))),
            Of("Pad", 11, Given.Reals(3, 4), Given.Wholes(1, 0, 2, 3)).With(("mode", mode)),
            Of("Pad", 13, Given.Reals(2, 3, 4), Given.Wholes(0, 2, 1, 0, 1, 1)).With(("mode", mode)),
        }),
        Of("Pad", 2, Given.Reals(3, 4)).With(("pads", List(1, 0, 2, 3)), ("value", 1.5f)),
        Of("Pad", 13, Given.Reals(3, 4), Given.Wholes(1, 0, 2, 3), Given.Number(-2)),
        Of("Pad", 13, Given.Reals(3, 4), Given.Wholes(-1, 1, 0, -2)),
        Of("Pad", 18, Given.Reals(3, 4), Given.Wholes(1, 2), null, Given.Wholes(-1)),
        Of("Pad", 19, Given.Reals(3, 4), Given.Wholes(1, 2, 0, 3)).With(("mode", "wrap")),
        Of("Pad", 13, Given.Reals(3), Given.Wholes(1)) with { IsRefused = true },
        Of("Pad", 13, Given.Reals(3), Given.Wholes(3, 0)).With(("mode", "reflect")) with { IsRefused = true },
        Of("Pad", 13, Given.Reals(3), Given.Wholes(-2, -2)) with { IsRefused = true },
    ];

    static IEnumerable<OperatorCase> Sums =>
    [
        .. from reverse in new[] { 0L, 1 }
           from exclusive in new[] { 0L, 1 }
           from axis in new[] { 0L, 1, -1 }
           select Of("CumSum", 14, Given.Reals(3, 4), Given.Wholes([], [axis]))
               .With(("reverse", reverse), ("exclusive", exclusive)),
        Of("CumSum", 11, Given.Reals(5), Given.Wholes([], [0])), Of("CumSum", 11, Given.Special, Given.Wholes([], [0])),
    ];
}
