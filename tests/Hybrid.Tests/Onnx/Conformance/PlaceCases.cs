using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Single elements read and replaced at constant places.</summary>
static class PlaceCases
{
    static readonly Given places = Given.Wholes([2, 2], [0, 2, -1, 1]);

    static readonly Given pairs = Given.Wholes([2, 2], [0, 2, 1, -1]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { 11, 13 }.SelectMany(opset => new[]
        {
            Of("GatherElements", opset, Given.Reals(3, 3), places), Of("GatherElements", opset, Given.Reals(2, 3), places).With(("axis", 1L)),
            Of("GatherElements", opset, Given.Reals(2, 3), places).With(("axis", -1L)),
            Of("ScatterElements", opset, Given.Reals(3, 3), places, Given.Reals(2, 2)),
            Of("ScatterElements", opset, Given.Reals(2, 3), places, Given.Reals(2, 2)).With(("axis", 1L)),
            Of("GatherND", opset, Given.Reals(2, 3), pairs), Of("GatherND", opset, Given.Reals(2, 3, 4), pairs),
            Of("ScatterND", opset, Given.Reals(2, 3), pairs, Given.Reals(2)), Of("ScatterND", opset, Given.Reals(2, 3, 2), pairs, Given.Reals(2, 2)),
        }),
        Of("GatherND", 12, Given.Reals(2, 3, 4), Given.Wholes([2, 1], [2, 0])).With(("batch_dims", 1L)),
        Of("GatherND", 13, Given.Reals(3, 4), Given.Wholes([1], [1])),
        Of("ScatterND", 18, Given.Reals(3, 4), Given.Wholes([1, 1], [1]), Given.Reals(1, 4)),
        Of("GatherElements", 13, Given.Reals(3, 3), Given.Wholes([1, 1], [3])) with { IsRefused = true },
        Of("GatherND", 13, Given.Reals(2, 3), Given.Wholes([1, 2], [0, 3])) with { IsRefused = true },
        .. new[] { "add", "mul", "max", "min" }.SelectMany(reduction => new[]
        {
            Of("ScatterElements", 18, Given.Reals(3), Given.Wholes(0, 2, 0), Given.Reals(3)).With(("reduction", reduction)),
            Of("ScatterND", 18, Given.Reals(3, 2), Given.Wholes([4, 1], [1, 2, 1, 1]), Given.Reals(4, 2)).With(("reduction", reduction)),
        }),
        Of("ScatterND", 18, Given.Reals(3), Given.Wholes([1, 1], [0]), Given.Reals(1)).With(("reduction", "mean")) with { IsRefused = true },
    ];
}
