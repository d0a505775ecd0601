using System.Text;

namespace Hybrid.Onnx;

/// <summary>Where a model comes from or goes to: what its errors name, and where its external data may lie.</summary>
sealed class ModelSource(string name, string? folder)
{
    const int LongestQuote = 80;

    /// <summary>The folder of the model's file, or null where the model comes from memory.</summary>
    public string? Folder { get; } = folder;

    /// <summary>
    /// What external data may still be read. Tensors can share one region of a file, so without a limit on the sum
    /// a small model and one big file would fill any memory.
    /// </summary>
    public long ExternalBytesLeft { get; set; } = int.MaxValue;

    public OnnxException Refuse(string problem, string advice, Exception? inner = null) =>
        new(name, problem, advice, inner);

    /// <summary>A name out of a file, fit for a message: a hostile one may be huge, or steer a terminal.</summary>
    public static string Quote(string text)
    {
        var shown = new StringBuilder("'");
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, LongestQuote)))
        {
            shown.Append(char.IsControl(character) ? '?' : character);
        }

        return shown.Append(text.Length > LongestQuote ? "…'" : "'").ToString();
    }

    /// <summary>A node as its errors name it: a name if it has one, else its first output, and the operator.</summary>
    public static string Describe(string name, string operatorName, IEnumerable<string> outputs) =>
        name.Length > 0
            ? $"node {Quote(name)} ({Quote(operatorName)})"
            : $"the node that makes {Quote(outputs.FirstOrDefault() ?? "")} ({Quote(operatorName)})";
}
