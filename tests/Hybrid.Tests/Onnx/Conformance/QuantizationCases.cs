using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Integers that stand for numbers.</summary>
static class QuantizationCases
{
    /// <summary>Numbers between the steps of a quarter, on ties, and beyond the range of a byte.</summary>
    static readonly Given numbers = Given.Reals([2, 6], [0, 0.1, -0.1, 0.125, 0.375, -0.625, 3, -3, 40, -40, 1000, -1000]);

    static readonly Given quarter = Given.Number(0.25);

    public static IEnumerable<OperatorCase> All =>
    [
        .. new[] { 10, 13, 19, 21 }.SelectMany(opset => new[]
        {
            Bytes(Of("QuantizeLinear", opset, numbers, quarter)),
            Bytes(Of("QuantizeLinear", opset, numbers, quarter, Zero(DataType.Int8, -3))),
            Bytes(Of("QuantizeLinear", opset, numbers, quarter, Zero(DataType.Int8, 0))),
            Bytes(Of("QuantizeLinear", opset, numbers, quarter, Zero(DataType.Uint8, 128))),
        }),
        Bytes(Of("QuantizeLinear", 21, Given.Reals(40, 3), quarter, Zero(DataType.Int16, 0))),
        Bytes(Of("QuantizeLinear", 21, numbers, quarter).With(("output_dtype", (long)DataType.Int8))),
        Bytes(Of("QuantizeLinear", 13, Given.Reals(3, 2), Fixed(Given.Reals([2], [0.25, 0.5])), Given.Of(DataType.Uint8, [2], [3, 100]))),
        Bytes(Of("QuantizeLinear", 13, Given.Reals(2, 3), Fixed(Given.Reals([2], [0.25, 0.5])), Given.Of(DataType.Int8, [2], [3, 0])))
            .With(("axis", 0L)),
        Bytes(Of("QuantizeLinear", 21, numbers, quarter).With(("output_dtype", 17L))) with { IsRefused = true },
        .. Enumerable.Range(0, 3).SelectMany(output => new[]
        {
            Of("DynamicQuantizeLinear", 11, Given.Reals(4, 3)), Of("DynamicQuantizeLinear", 11, Given.Positive(6)),
            Of("DynamicQuantizeLinear", 11, Given.Reals([3], [-1, -2, -5])),
        }.Select(test => test with { Output = output, Outputs = 3, IsCastBack = output != 1 })),
        Bytes(Of("MatMulInteger", 10, bytes, Given.Of(DataType.Int8, [3, 2], [1, -128, 127, 0, -5, 9]))),
        Bytes(Of("MatMulInteger", 10, bytes, Given.Of(DataType.Int8, [3, 2], [1, -128, 127, 0, -5, 9]), Zero(DataType.Uint8, 7),
            Zero(DataType.Int8, -2))),
        .. new[] { 10, 21 }.Select(opset => Bytes(Of(
            "QLinearMatMul", opset, bytes, quarter, Zero(DataType.Uint8, 7), Given.Of(DataType.Int8, [3, 2], [1, -128, 127, 0, -5, 9]),
            Given.Number(0.5), Zero(DataType.Int8, 0), Given.Number(8), Zero(DataType.Uint8, 100)))),
    ];

    static readonly Given bytes = Given.Of(DataType.Uint8, [2, 3], [0, 1, 255, 128, 7, 30]);

    static Given Zero(DataType type, long value) => Given.Of(type, [], [value]);

    static Given Fixed(Given given) => given with { IsFixed = true };

    static OperatorCase Bytes(OperatorCase test) => test with
    {
        IsCastBack = true,
        Operands = [.. test.Operands.Select((operand, i) => i == 0 ? operand : Fixed(operand!))],
    };
}
