namespace Hybrid.Onnx;

/// <summary>Where a model comes from or goes to: what its errors name, and where its external data may lie.</summary>
sealed class ModelSource(string name, string? folder)
{
    /// <summary>The folder of the model's file, or null where the model comes from memory.</summary>
    public string? Folder { get; } = folder;

    readonly HashSet<string> files = [];

    /// <summary>
    /// What external data may still be read, beyond what a file that is not yet known allows. Tensors can share one region of a
    /// file, so without a limit on the sum a small model and one big file would fill any memory.
    /// </summary>
    long allowed, left = int.MaxValue;

    /// <summary>Takes so many bytes of a file of external data: all of it twice at most, and of all files together 2 GiB.</summary>
    /// <returns>Whether they may be read.</returns>
    public bool TakeExternal(string path, long fileLength, long length)
    {
        if (files.Add(path))
        {
            allowed += 2 * fileLength;
        }

        allowed -= length;
        left -= length;
        return allowed >= 0 && left >= 0;
    }

    public OnnxException Refuse(string problem, string advice, Exception? inner = null) =>
        new(name, problem, advice, inner);

    /// <summary>A node as its errors name it: a name if it has one, else its first output, and the operator.</summary>
    public static string Describe(string name, string operatorName, IEnumerable<string> outputs) =>
        name.Length > 0
            ? $"node {Printable.quote(name)} ({Printable.quote(operatorName)})"
            : $"the node that makes {Printable.quote(outputs.FirstOrDefault() ?? "")} ({Printable.quote(operatorName)})";
}
