using Hybrid.Onnx;

namespace Hybrid;

/// <summary>Files from elsewhere in this project's form.</summary>
public static class ModelConverter
{
    /// <summary>Reads any file that can be read and writes it anew: IR 8, opset 17, a row of columns for each example, the nodes
    /// and weights of this project's layers. Its answers and its metadata stay what they are; of several outputs, the first one
    /// of float32 is kept.</summary>
    /// <param name="from">The file to read.</param>
    /// <param name="to">The file to write; one that stands there is replaced whole or not at all.</param>
    /// <exception cref="OnnxException">One of them cannot be read or written, or the graph is another one for each number of
    /// examples.</exception>
    public static void Convert(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var file = OnnxFile.Read(from);
        OnnxFile.Write(to, ModelFile.Understood(from, () => Models.ForeignFileModule.converted(file)));
    }
}
