using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>What moves windows over images.</summary>
static class ConvolutionCases
{
    static readonly string[] same = ["SAME_UPPER", "SAME_LOWER"];

    static readonly Given image = Given.Reals(2, 3, 6, 5), signal = Given.Reals(2, 4, 7);

    public static IEnumerable<OperatorCase> All =>
        [.. Convolutions, .. Transposed, .. Pools("MaxPool"), .. Pools("AveragePool"), .. Averages, .. Others];

    static IEnumerable<OperatorCase> Convolutions =>
    [
        Of("Conv", 1, image, Given.Reals(4, 3, 3, 2)),
        .. new[] { 1, 11, 22 }.Select(opset => Of("Conv", opset, image, Given.Reals(4, 3, 3, 2), Given.Reals(4))),
        Of("Conv", 11, image, Given.Reals(2, 3, 3, 3)).With(("pads", List(1, 0, 2, 1)), ("strides", List(2, 1))),
        Of("Conv", 11, image, Given.Reals(2, 3, 2, 2)).With(("dilations", List(2, 3)), ("kernel_shape", List(2, 2))),
        .. same.Select(pad => Of("Conv", 11, image, Given.Reals(2, 3, 2, 3)).With(("auto_pad", pad), ("strides", List(2, 2)))),
        Of("Conv", 11, image, Given.Reals(2, 3, 2, 3)).With(("auto_pad", "VALID")),
        Of("Conv", 11, signal, Given.Reals(6, 2, 3), Given.Reals(6)).With(("group", 2L), ("pads", List(1, 1))),
        Of("Conv", 11, signal, Given.Reals(8, 1, 3)).With(("group", 4L), ("strides", List(2))),
        Of("Conv", 11, Given.Reals(1, 2, 3, 3, 3), Given.Reals(2, 2, 2, 2, 2)),
        Of("Conv", 11, image, Given.Reals(2, 3, 7, 2)) with { IsRefused = true },
        Of("Conv", 11, image, Given.Reals(2, 2, 2, 2)) with { IsRefused = true },
        Of("Conv", 11, image, Given.Reals(2, 3, 2, 2)).With(("strides", List(0, 1))) with { IsRefused = true },
        Of("Conv", 11, signal, Given.Reals(3, 2, 2)).With(("group", 2L)) with { IsRefused = true },
        Of("Conv", 11, image, Given.Reals(2, 3, 2, 2)).With(("kernel_shape", List(3, 2))) with { IsRefused = true },
    ];

    static IEnumerable<OperatorCase> Transposed =>
    [
        .. new[] { 1, 11 }.Select(opset => Of("ConvTranspose", opset, image, Given.Reals(3, 2, 2, 3), Given.Reals(2))),
        Of("ConvTranspose", 11, image, Given.Reals(3, 2, 3, 3)).With(("strides", List(3, 2)), ("output_padding", List(1, 1))),
        Of("ConvTranspose", 11, image, Given.Reals(3, 2, 3, 3)).With(("strides", List(2, 2)), ("pads", List(1, 2, 1, 0))),
        Of("ConvTranspose", 11, image, Given.Reals(3, 2, 2, 2)).With(("dilations", List(2, 1))),
        Of("ConvTranspose", 11, signal, Given.Reals(4, 3, 2)).With(("group", 2L)),
        .. same.Select(pad => Of("ConvTranspose", 11, signal, Given.Reals(4, 1, 3)).With(("auto_pad", pad), ("strides", List(2)))),
        Of("ConvTranspose", 11, signal, Given.Reals(4, 1, 3)).With(("output_shape", List(15)), ("strides", List(2))),
    ];

    static IEnumerable<OperatorCase> Pools(string name) =>
    [
        .. new[] { 7, 11 }.Select(opset => Of(name, opset, image).With(("kernel_shape", List(2, 3)))),
        Of(name, 11, image).With(("kernel_shape", List(3, 3)), ("strides", List(2, 2)), ("pads", List(1, 1, 1, 1))),
        Of(name, 11, image).With(("kernel_shape", List(3, 2)), ("pads", List(2, 0, 1, 1))),
        Of(name, 11, image).With(("kernel_shape", List(2, 2)), ("strides", List(4, 3)), ("ceil_mode", 1L)),
        Of(name, 11, signal).With(("kernel_shape", List(3)), ("strides", List(2)), ("ceil_mode", 1L), ("pads", List(1, 0))),
        .. same.Select(pad => Of(name, 11, image).With(("auto_pad", pad), ("kernel_shape", List(3, 2)), ("strides", List(2, 2)))),
        Of(name, 11, image).With(("kernel_shape", List(7, 2))) with { IsRefused = true },
        Of(name, 11, image).With(("kernel_shape", List(2))) with { IsRefused = true },
    ];

    static IEnumerable<OperatorCase> Averages =>
    [
        Of("MaxPool", 11, image).With(("kernel_shape", List(2, 2)), ("dilations", List(3, 2)), ("pads", List(1, 1, 0, 1))),
        Of("AveragePool", 11, image).With(
            ("kernel_shape", List(3, 3)), ("strides", List(2, 2)), ("pads", List(1, 1, 1, 1)), ("count_include_pad", 1L)),
        Of("AveragePool", 11, image).With(("kernel_shape", List(3, 2)), ("pads", List(2, 0, 1, 1)), ("count_include_pad", 1L)),
    ];

    static IEnumerable<OperatorCase> Others =>
    [
        .. new[] { "GlobalMaxPool", "GlobalAveragePool" }.SelectMany(name => new[] { Of(name, 1, image), Of(name, 1, signal) }),
        Of("LRN", 1, Given.Reals(2, 6, 3, 2)).With(("size", 3L)),
        Of("LRN", 13, Given.Reals(2, 6, 3, 2)).With(("size", 5L), ("alpha", 0.5f), ("beta", 0.6f), ("bias", 2f)),
    ];

    static long[] List(params long[] values) => values;
}
