using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Images made larger or smaller by their nearest elements.</summary>
static class ResizingCases
{
    static readonly Given image = Given.Reals(2, 3, 4, 5);

    public static IEnumerable<OperatorCase> All => [.. Upsamples, .. Resizes];

    static Given Scales(params double[] values) => Given.Reals([values.Length], values) with { IsFixed = true };

    static IEnumerable<OperatorCase> Upsamples =>
    [
        Of("Upsample", 7, image).With(("scales", new[] { 1f, 1f, 2f, 3f })),
        Of("Upsample", 9, image, Scales(1, 1, 2, 2)),
        Of("Upsample", 9, image, Scales(1, 1, 1.5, 2)).With(("mode", "nearest")),
        Of("Upsample", 9, image, Scales(1, 1, 2, 2)).With(("mode", "linear")) with { IsRefused = true },
    ];

    static IEnumerable<OperatorCase> Resizes =>
    [
        Of("Resize", 10, image, Scales(1, 1, 2, 2)),
        Of("Resize", 10, image, Scales(1, 1, 0.5, 0.6)),
        .. new[] { "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric" }.SelectMany(coordinates =>
            new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" }.SelectMany(nearest => new[]
            {
                Of("Resize", 13, image, null, Scales(1, 1, 2, 3)), Of("Resize", 13, image, null, Scales(1, 1, 0.5, 1.6)),
                Of("Resize", 13, image, null, null, Given.Wholes(2, 3, 7, 3)),
            }.Select(test => test.With(("coordinate_transformation_mode", coordinates), ("nearest_mode", nearest))))),
        Of("Resize", 11, image, Scales(), Scales(), Given.Wholes(2, 3, 8, 10)),
        Of("Resize", 18, image, null, Scales(2, 0.5)).With(("axes", new long[] { 3, 2 })),
        Of("Resize", 18, image, null, null, Given.Wholes(7, 8)).With(("axes", new long[] { 2, 3 }), ("keep_aspect_ratio_policy", "not_larger")),
        Of("Resize", 19, image, null, Scales(1, 1, 1.3, 0.7)).With(("coordinate_transformation_mode", "half_pixel_symmetric")),
        Of("Resize", 13, image, null, Scales(1, 1, 2, 2)).With(("mode", "cubic")) with { IsRefused = true },
        Of("Resize", 13, image, null, Scales(1, 1, 2, -2)) with { IsRefused = true },
        Of("Resize", 13, image, null, Scales(1, 1, 2)) with { IsRefused = true },
    ];
}
