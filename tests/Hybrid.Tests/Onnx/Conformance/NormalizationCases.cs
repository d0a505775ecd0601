using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>What scales a whole by what it holds, and what only training has.</summary>
static class NormalizationCases
{
    /// <summary>Rows of ties, of large numbers, of an infinity.</summary>
    static readonly Given rows = Given.Reals(
        [6, 3],
        [1, 1, 1, 0, -0.0, 0, 1000, 999, -1000, 3e38f, -3e38f, 0, double.NegativeInfinity, 1, 2, -90, -100, -110]);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { "Softmax", "LogSoftmax" }.SelectMany(name => Flattened(name).In(1, 11)),
        .. new[] { "Softmax", "LogSoftmax" }.SelectMany(OnAxis),
        .. Flattened("Hardmax").In(1, 11), .. OnAxis("Hardmax"),
        .. new[] { 1L, 2 }.SelectMany(p => new[]
        {
            Of("LpNormalization", 1, Given.Reals(4, 3)).With(("axis", -1L), ("p", p)),
            Of("LpNormalization", 1, Given.Reals([2, 2], [0, -0.0, 3, 4])).With(("axis", 1L), ("p", p)),
            Of("LpNormalization", 22, Given.Reals(2, 3, 4)).With(("axis", 1L), ("p", p)),
        }),
        Of("LpNormalization", 1, Given.Reals(4, 3)).With(("axis", -1L), ("p", 3L)) with { IsRefused = true },
        .. new[] { 6, 22 }.Select(opset => Of("InstanceNormalization", opset, Given.Reals(2, 3, 4), Given.Reals(3), Given.Reals(3))),
        Of("InstanceNormalization", 6, Given.Reals(2, 3, 2, 2), Given.Reals(3), Given.Reals(3)).With(("epsilon", 0.25f)),
        Of("RMSNormalization", 23, Given.Reals(4, 3), Given.Reals(3)),
        Of("RMSNormalization", 23, Given.Reals(2, 3, 4), Given.Reals(3, 4)).With(("axis", 1L), ("epsilon", 0.25f)),
        .. new[] { (18, 2), (21, 4) }.SelectMany(version => new[]
        {
            Of("GroupNormalization", version.Item1, Given.Reals(3, 4, 2), Given.Reals(version.Item2), Given.Reals(version.Item2)),
            Of("GroupNormalization", version.Item1, Given.Reals(2, 4, 2, 3), Given.Reals(version.Item2), Given.Reals(version.Item2))
                .With(("epsilon", 0.25f)),
        }).Select(test => test.With(("num_groups", 2L))),
        Of("GroupNormalization", 21, Given.Reals(3, 4, 2), Given.Reals(4), Given.Reals(4)).With(("num_groups", 3L)) with
        {
            IsRefused = true,
        },
        .. new[] { 9, 13 }.SelectMany(opset => new[]
        {
            Of("MeanVarianceNormalization", opset, Given.Reals(2, 3, 2, 2)),
            Of("MeanVarianceNormalization", opset, Given.Reals(2, 3)).With(("axes", new[] { 1L })),
        }),
        .. BatchNormalizations,
        .. LayerNormalizations,
        .. Dropouts,
    ];

    /// <summary>Before version 13: an axis and all behind it.</summary>
    static OperatorCase[] Flattened(string name) =>
    [
        Of(name, 0, rows), Of(name, 0, Given.Reals(2, 3, 4)), Of(name, 0, Given.Reals(2, 3, 4)).With(("axis", 2L)),
        Of(name, 0, Given.Reals(2, 3)).With(("axis", 0L)), Of(name, 0, Given.Reals(5)).With(("axis", 0L)),
    ];

    static OperatorCase[] OnAxis(string name) =>
    [
        Of(name, 11, Given.Reals(2, 3, 4)).With(("axis", -1L)), Of(name, 11, Given.Reals(2, 3, 4)).With(("axis", -2L)),
        Of(name, 13, rows), Of(name, 13, Given.Reals(5)), Of(name, 13, Given.Reals(2, 3, 4)),
        .. new[] { 0L, 1, 2, -1, -2, -3 }.Select(axis => Of(name, 13, Given.Reals(2, 3, 4)).With(("axis", axis))),
    ];

    static Given?[] Channels(Given x, int count) =>
        [x, Given.Reals(count), Given.Reals(count), Given.Reals(count), Given.Positive(count)];

    static IEnumerable<OperatorCase> BatchNormalizations =>
        new[] { Given.Reals(4, 3), Given.Reals(2, 3, 4), Given.Reals(2, 3, 2, 2) }.SelectMany(x => new[]
        {
            Of("BatchNormalization", 0, Channels(x, 3)), Of("BatchNormalization", 0, Channels(x, 3)).With(("epsilon", 0.25f)),
            Of("BatchNormalization", 0, Channels(x, 3)).With(("momentum", 0.5f)),
        }).In(7, 9, 14, 15).Concat(Enumerable.Range(0, 3).Select(output =>
            Of("BatchNormalization", 15, Channels(Given.Reals(4, 3), 3)).With(("training_mode", 1L)) with
            {
                Output = output,
                Outputs = 3,
            }));

    static IEnumerable<OperatorCase> LayerNormalizations =>
    [
        Of("LayerNormalization", 17, Given.Reals(4, 3), Given.Reals(3)),
        Of("LayerNormalization", 17, Given.Reals(4, 3), Given.Reals(3), Given.Reals(3)),
        Of("LayerNormalization", 17, Given.Reals(2, 3, 4), Given.Reals(4), Given.Reals(4)).With(("epsilon", 0.25f)),
        Of("LayerNormalization", 17, Given.Reals(2, 3, 4), Given.Reals(3, 4), Given.Reals(3, 4)).With(("axis", 1L)),
        Of("LayerNormalization", 17, Given.Reals(2, 3, 4), Given.Reals(3, 4), Given.Reals(3, 4)).With(("axis", -2L)),
        Of("LayerNormalization", 17, Given.Reals(2, 3), Given.Reals(2, 3)).With(("axis", 0L)),
        .. new[] { 1, 2 }.Select(
            output => Of("LayerNormalization", 17, Given.Reals(2, 3, 4), Given.Reals(4)) with { Output = output }),
        .. new[] { 1, 2 }.Select(output => Of(
            "LayerNormalization", 17, Given.Reals(2, 3, 4), Given.Reals(3, 4)).With(("axis", 1L)) with { Output = output }),
        Of("LayerNormalization", 17, Given.Reals([2, 3], [1, 1, 1, 0, 0, 0]), Given.Reals(3), Given.Reals(3)),
    ];

    static IEnumerable<OperatorCase> Dropouts =>
    [
        Of("Dropout", 7, Given.Special), Of("Dropout", 7, Given.Reals(2, 3)).With(("ratio", 0.25f)),
        Of("Dropout", 10, Given.Reals(2, 3)).With(("ratio", 0f)),
        // what the mask is there was not said before version 12
        .. new[] { 7, 10 }.Select(opset => Of("Dropout", opset, Given.Reals(2, 3)) with { Output = 1, IsRefused = true }),
        .. new[]
        {
            Of("Dropout", 0, Given.Special), Of("Dropout", 0, Given.Reals(2, 3), Number(0.5)) with { Output = 1 },
            Of("Dropout", 0, Given.Reals(2, 3), Number(0.5), False) with { Output = 1 },
            Of("Dropout", 0, Given.Reals(2, 3), Number(0.5), False), Of("Dropout", 0, Given.Reals(2, 3), null, False),
            Of("Dropout", 0, Given.Reals(2, 3), Number(0), True), Of("Dropout", 0, Given.Reals(2, 3)).With(("seed", 7L)),
            Of("Dropout", 0, Given.Reals(2, 3), Number(0.5), True) with { IsRefused = true },
            Of("Dropout", 0, Given.Reals(2, 3), null, True) with { IsRefused = true },
        }.In(12, 13),
    ];

    static Given True => Given.Of(DataType.Bool, [], [1]) with { IsFixed = true };

    static Given False => Given.Of(DataType.Bool, [], [0]) with { IsFixed = true };

    static Given Number(double value) => Given.Number(value) with { IsFixed = true };
}
