using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>What neurons have as activations.</summary>
static class ActivationCases
{
    public static IEnumerable<OperatorCase> All =>
    [
        .. Each("Relu", 6, 13, 14),
        .. Each("LeakyRelu", 6, 16), .. Each("LeakyRelu", [16], 0f, 0.3f, 1f, 1.5f, -0.5f),
        .. Each("Elu", 6, 22), .. Each("Elu", [6], 0f, 0.5f, 2f, -1f),
        .. Each("Selu", 6, 22),
        Of("Selu", 6, Given.Special).With(("alpha", 2f)), Of("Selu", 6, Given.Special).With(("gamma", 3f)),
        Of("Selu", 6, Given.Reals(2, 3)).With(("alpha", 0.5f), ("gamma", 0.25f)),
        .. Each("Celu", 12), .. Each("Celu", [12], 0.5f, 2f),
        .. new[] { -1f, 0f }.Select(alpha => Of("Celu", 12, Given.Reals(2, 3)).With(("alpha", alpha)) with { IsRefused = true }),
        .. Each("Gelu", 20), .. Each("Gelu", 20).Select(test => test.With(("approximate", "none"))),
        .. Each("Gelu", 20).Select(test => test.With(("approximate", "tanh"))),
        .. Each("Sigmoid", 6, 13),
        .. Each("HardSigmoid", 6, 22), .. Each("HardSigmoid", [6], 0.5f, -0.25f),
        Of("HardSigmoid", 6, Given.Special).With(("beta", 0.25f)),
        Of("HardSigmoid", 6, Given.Reals(2, 3)).With(("alpha", 1f / 6), ("beta", -0.1f)),
        .. Each("Tanh", 6, 13),
        .. Each("Softplus", 1, 22),
        .. Each("Softsign", 1, 22),
        .. Each("HardSwish", 14, 22).Where(test => test.Operands[0]!.ToString() != Given.Special.ToString()),
        Of("HardSwish", 14, Given.Finite),
        Of("Mish", 18, Given.Finite), Of("Mish", 18, Given.Reals(2, 3)), Of("Mish", 22, Given.Reals(2, 3)),
        Of("Swish", 24, Given.Finite), Of("Swish", 24, Given.Reals(2, 3)).With(("alpha", 0.5f)),
        .. Each("ThresholdedRelu", 10, 22), .. Each("ThresholdedRelu", [10], 0f, 0.5f, -1f),
        .. Each("Shrink", 9), Of("Shrink", 9, Given.Special).With(("lambd", 1.5f), ("bias", 0.25f)),
        .. Slopes,
    ];

    static OperatorCase[] Each(string name, params int[] opsets) =>
    [
        .. new[]
        {
            Of(name, 0, Given.Special), Of(name, 0, Given.Reals()), Of(name, 0, Given.Reals(2, 3)),
            Of(name, 0, Given.Reals(2, 3, 2, 2)),
        }.In(opsets),
    ];

    static IEnumerable<OperatorCase> Each(string name, int[] opsets, params float[] alphas) =>
        alphas.SelectMany(alpha => new[] { Of(name, 0, Given.Special), Of(name, 0, Given.Reals(2, 3)) }
            .In(opsets).Select(test => test.With(("alpha", alpha))));

    static IEnumerable<OperatorCase> Slopes =>
        new[]
        {
            Of("PRelu", 0, Given.Special, Given.Number(-0.5)), Of("PRelu", 0, Given.Reals(2, 3), Given.Reals(2, 3)),
            Of("PRelu", 0, Given.Reals(2, 3), Given.Reals(1)), Of("PRelu", 0, Given.Reals(2, 3), Given.Reals()),
            Of("PRelu", 0, Given.Reals(2, 3, 4), Given.Reals(3, 1)),
            Of("PRelu", 0, Given.Reals(2, 3, 2, 2), Given.Reals(3, 1, 1)),
            Of("PRelu", 0, Given.Reals(2, 3, 4), Given.Reals(4)),
        }.In(7, 9, 16);
}
