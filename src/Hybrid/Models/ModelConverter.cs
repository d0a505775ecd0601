using Hybrid.Onnx;

namespace Hybrid;

/// <summary>Converts files from elsewhere to this library's form.</summary>
public static class ModelConverter
{
    /// <summary>Reads any supported file and rewrites it: IR 8, opset 17, a row of columns per example, the nodes and weights
    /// of this library's layers. Its results and its metadata stay the same; of several outputs, the first one of float32 is
    /// kept.</summary>
    /// <param name="from">The file to read.</param>
    /// <param name="to">The file to write; an existing one is replaced completely or not at all.</param>
    /// <exception cref="OnnxException">One of them cannot be read or written, or the graph changes with the
    /// batch size.</exception>
    public static void Convert(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var file = OnnxFile.Read(from);
        OnnxFile.Write(to, ModelFile.Understood(from, () => Models.ForeignFileModule.converted(file)));
    }
}
