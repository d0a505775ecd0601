using System.Globalization;
using Hybrid.Onnx.Wire;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>A node of one operator, whose result Hybrid has to share with ONNX Runtime.</summary>
/// <param name="Operator">Its name in ONNX.</param>
/// <param name="Opset">The version of the operators that the file states.</param>
/// <param name="Operands">In order; null is one that is left out.</param>
/// <param name="Attributes">Values are long, float, string, long[], float[] or TensorProto.</param>
sealed record OperatorCase(string Operator, int Opset, Given?[] Operands, (string Name, object Value)[] Attributes)
{
    /// <summary>Which of the node's outputs is compared, from 0.</summary>
    public int Output { get; init; }

    /// <summary>How many outputs the node has.</summary>
    public int Outputs { get => Math.Max(field, Output + 1); init; }

    /// <summary>Whether it is read of constants only.</summary>
    public bool OnlyConstant { get; init; }

    /// <summary>Whether the result is cast to float32, since no file that is read returns its type.</summary>
    public bool IsCastBack { get; init; }

    /// <summary>Whether Hybrid refuses it with an error of its own rather than compute something else.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The same node with constants only, with one operand after the other as the input of the graph, and, where
    /// there are several that may depend on it, with all of them.</summary>
    public IEnumerable<OperatorModel> Models
    {
        get
        {
            int[] varying = OnlyConstant
                ? []
                : [.. Enumerable.Range(0, Operands.Length).Where(i => Operands[i] is { CanVary: true })];

            yield return new OperatorModel(this, []);
            foreach (var one in varying)
                yield return new OperatorModel(this, [one]);
            if (varying.Length > 1)
                yield return new OperatorModel(this, varying);
        }
    }

    public override string ToString() =>
        $"{Operator}-{Opset}({string.Join(", ", Operands.Select(operand => operand?.ToString() ?? "none"))})"
        + string.Concat(Attributes.Select(attribute => $" {attribute.Name}={Text(attribute.Value)}"))
        + (Output > 0 ? $" output {Output}" : "");

    static string Text(object value) => value switch
    {
        System.Collections.IEnumerable list and not string => $"[{string.Join(", ", list.Cast<object>().Select(Text))}]",
        TensorProto => "tensor",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
