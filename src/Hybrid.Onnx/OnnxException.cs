namespace Hybrid;

/// <summary>An ONNX file cannot be read or written. The message names the file, what is wrong in it and what to do.</summary>
public sealed class OnnxException : HybridException
{
    /// <summary>Builds the message.</summary>
    /// <param name="file">The file, by the path or name that the user gave.</param>
    /// <param name="problem">What is wrong, as the end of the sentence that begins with the file.</param>
    /// <param name="advice">What to do about it, as a separate sentence.</param>
    /// <param name="inner">The error underneath, or null.</param>
    public OnnxException(string file, string problem, string advice, Exception? inner = null)
        : base($"{file}: {problem}. {advice}", inner) => File = file;

    /// <summary>The file, by the path or name that the user gave.</summary>
    public string File { get; }
}
