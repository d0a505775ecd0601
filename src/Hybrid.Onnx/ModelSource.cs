namespace Hybrid.Onnx;

/// <summary>The origin or destination of a model: its name in errors, and the folder of its external data.</summary>
sealed class ModelSource(string name, string? folder)
{
    /// <summary>The folder of the model's file, or null if the model comes from memory.</summary>
    public string? Folder { get; } = folder;

    readonly HashSet<string> files = [];

    /// <summary>The bytes of external data that may still be read, without those that a new file adds. Tensors can share one
    /// region of a file, so without a limit on the sum a small model and one big file would fill any memory.</summary>
    long allowed, left = int.MaxValue;

    /// <summary>Claims some bytes of a file of external data: at most twice its size, and 2 GiB of all files together.</summary>
    /// <returns>Whether they may be read.</returns>
    public bool TakeExternal(string path, long fileLength, long length)
    {
        if (files.Add(path))
            allowed += 2 * fileLength;

        allowed -= length;
        left -= length;
        return allowed >= 0 && left >= 0;
    }

    public OnnxException Refuse(string problem, string advice, Exception? inner = null) =>
        new(name, problem, advice, inner);

    /// <summary>A node as errors name it: its name if it has one, else its first output, and the operator.</summary>
    public static string Describe(string name, string operatorName, IEnumerable<string> outputs) =>
        name.Length > 0
            ? $"node {Printable.quote(name)} ({Printable.quote(operatorName)})"
            : $"the node that computes {Printable.quote(outputs.FirstOrDefault() ?? "")} ({Printable.quote(operatorName)})";
}
