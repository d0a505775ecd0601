using Hybrid.Onnx;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Converts files from elsewhere to this library's form.</summary>
public static class ModelConverter
{
    /// <summary>Reads any supported file and rewrites it: IR 8, opset 17, a row of columns per example, the nodes and weights
    /// of this library's layers. Its results and its metadata stay the same; of several outputs, the first one of float32 is
    /// kept.</summary>
    /// <param name="from">The file to read.</param>
    /// <param name="to">The file to write; an existing one is replaced completely or not at all.</param>
    /// <param name="scaling">What the file does with its inputs first, for a network that was not trained on pixels from 0 to 255, such as
    /// image files hold. Null: nothing.</param>
    /// <exception cref="OnnxException">One of them cannot be read or written, or the graph changes with the
    /// batch size.</exception>
    /// <exception cref="OptionException">The scaling does not fit the file.</exception>
    public static void Convert(string from, string to, InputScaling? scaling = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var file = OnnxFile.Read(from);
        OnnxFile.Write(to, ModelFile.Understood(from, () => Models.Conversion.ofOnnx(OptionModule.OfObj(scaling?.Value), file)));
    }
}
