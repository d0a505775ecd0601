using Hybrid.Onnx;

namespace Hybrid;

/// <summary>Models in files; errors name the file.</summary>
static class ModelFile
{
    /// <summary>What errors call a file that has no name.</summary>
    const string InMemory = "the model";

    /// <summary>Writes a model, to a temporary name first, so that an existing file is replaced completely or not at
    /// all.</summary>
    /// <exception cref="OnnxException">The file cannot be written.</exception>
    public static void Save(Model model, string path) => OnnxFile.Write(path, Models.ModelFileModule.toOnnx(model.Value));

    /// <summary>A file as a model of this library, or as one from elsewhere.</summary>
    /// <exception cref="OnnxException">The file does not exist, is not a complete ONNX file, or contains something
    /// unsupported.</exception>
    public static Models.ModelFile Open(string path)
    {
        var file = OnnxFile.Read(path);
        return Understood(path, () => Models.ModelFileModule.ofOnnx(file));
    }

    /// <summary>The same from a stream, to its end.</summary>
    public static Models.ModelFile Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return Open(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>The same from memory.</summary>
    public static Models.ModelFile Open(ReadOnlySpan<byte> bytes)
    {
        var file = OnnxFile.Parse(bytes, InMemory);
        return Understood(InMemory, () => Models.ModelFileModule.ofOnnx(file));
    }

    /// <summary>Applies a function to a file; errors name the file.</summary>
    /// <exception cref="OnnxException">It fails.</exception>
    public static T Understood<T>(string path, Func<T> understand)
    {
        try
        {
            return understand();
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or OverflowException
            or (HybridException and not (OnnxException or OptionException)))
        {
            throw new OnnxException(
                path, error is NotImportableException
                    ? $"it cannot be used, because of {char.ToLowerInvariant(error.Message[0])}{error.Message[1..].TrimEnd('.')}"
                    : $"it is not a model that hybrid can use: {error.Message.TrimEnd('.')}",
                "Give a file that a model was saved to, or a feed-forward ONNX file from elsewhere.", error);
        }
    }
}
