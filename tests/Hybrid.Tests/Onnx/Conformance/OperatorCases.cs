namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Cases of every operator that is read.</summary>
static class OperatorCases
{
    public static ILookup<string, OperatorCase> ByOperator { get; } = new[]
    {
        ElementwiseCases.All, ArithmeticCases.All, ActivationCases.All, ReductionCases.All, NormalizationCases.All,
        ProductCases.All, ShapeCases.All, CastCases.All, SelectionCases.All, ArrangementCases.All, ClassicalCases.All,
        EinsumCases.All, QuantizationCases.All, PatternCases.All, PlaceCases.All, ConvolutionCases.All, ResizingCases.All,
    }.SelectMany(cases => cases).ToLookup(test => test.Operator);

    /// <summary>A case without attributes.</summary>
    public static OperatorCase Of(string operatorName, int opset, params Given?[] operands) =>
        new(operatorName, opset, operands, []);

    /// <summary>The same case with attributes.</summary>
    public static OperatorCase With(this OperatorCase test, params (string, object)[] attributes) =>
        test with { Attributes = [.. test.Attributes, .. attributes] };

    /// <summary>The same cases, of several versions of the format.</summary>
    public static IEnumerable<OperatorCase> In(this IEnumerable<OperatorCase> cases, params int[] opsets) =>
        opsets.SelectMany(opset => cases.Select(test => test with { Opset = opset }));
}
