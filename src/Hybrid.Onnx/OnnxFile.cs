using System.Security;
using Google.Protobuf;
using Hybrid.Onnx.Wire;

namespace Hybrid.Onnx;

/// <summary>Reads and writes .onnx files as plain records of the core.</summary>
public static class OnnxFile
{
    const string DamagedAdvice = "Check that the path is right and that the file was copied whole.";

    // no record needs the unknown fields, which would only cost memory
    static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>Reads a model from a file, with external data from the file's folder.</summary>
    /// <param name="path">The path of the .onnx file, at most 2 GiB.</param>
    /// <returns>The model. Tensors of double or half precision become float32, those of booleans and of integers of up to 64
    /// bits become int64. Inputs that are also initializers are omitted. Outputs of integers and booleans are
    /// treated as numbers, and follow those of float32.</returns>
    /// <exception cref="OnnxException">The file cannot be read, is not an ONNX model, is damaged, or contains something
    /// unsupported.</exception>
    public static OnnxModel Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var named = new ModelSource(path.Length > 0 ? path : "(no path)", null);
        try
        {
            var full = FullPath(path, named);
            if (Directory.Exists(full))
                throw named.Refuse("is a folder", "Give the path of an .onnx file.");

            // before it is opened, which would wait for a pipe's other end
            if (UnixFile.IsOther(full))
                throw named.Refuse("is a pipe or a device, not a file", "Save the model to a file first.");

            using var stream = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > int.MaxValue)
                throw named.Refuse("is larger than 2 GiB, the limit of the format", "Export it with external data.");

            var source = new ModelSource(path, Path.GetDirectoryName(full));
            return new ModelReader(source).Read(Parsed(source, () => Parser.ParseFrom(stream)));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw named.Refuse("does not exist", "Check the path.", error);
        }
        catch (Exception error) when (IsFileError(error))
        {
            throw named.Refuse($"cannot be read ({error.Message.TrimEnd('.')})", "Check the path and its permissions.", error);
        }
    }

    /// <summary>Reads a model from memory. Tensors with external data are refused, because there is no folder.</summary>
    /// <param name="bytes">The content of an .onnx file.</param>
    /// <param name="name">What errors call the model.</param>
    /// <returns>The model, as <see cref="Read(string)"/> returns it.</returns>
    /// <exception cref="OnnxException">The bytes are not an ONNX model, or contain something
    /// unsupported.</exception>
    public static OnnxModel Parse(ReadOnlySpan<byte> bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var source = new ModelSource(name, null);
        var content = bytes.ToArray();
        return new ModelReader(source).Read(Parsed(source, () => Parser.ParseFrom(content)));
    }

    /// <summary>Writes a model whole or not at all: under a temporary name in the same folder, flushed, then renamed over the
    /// target. Through a symbolic link the file it points to is replaced, not the link.</summary>
    /// <param name="path">The path to write; an existing file is replaced.</param>
    /// <param name="model">The model; equal models give equal bytes.</param>
    /// <exception cref="OnnxException">The model could not be read back, or the file cannot be written; an
    /// existing file is untouched.</exception>
    public static void Write(string path, OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(model);
        var named = new ModelSource(path.Length > 0 ? path : "(no path)", null);
        var content = new ModelWriter(named).Write(model);
        Guard(named, path, full => AtomicFile.Write(full, content.WriteTo));
    }

    /// <summary>Writes what <see cref="Write(string, OnnxModel)"/> writes to a stream, which stays open.</summary>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="model">The model; equal models give equal bytes.</param>
    /// <exception cref="OnnxException">The model could not be read back; nothing is written.</exception>
    internal static void Write(Stream stream, OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        Content(model).WriteTo(stream);
    }

    /// <summary>The bytes of the file that <see cref="Write(string, OnnxModel)"/> writes.</summary>
    /// <param name="model">The model; equal models give equal bytes.</param>
    /// <exception cref="OnnxException">The model could not be read back.</exception>
    public static byte[] ToBytes(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Content(model).ToByteArray();
    }

    static ModelProto Content(OnnxModel model) => new ModelWriter(new ModelSource("the model", null)).Write(model);

    /// <summary>Checks, before hours of training, that a model can be written to a path. Nothing is left behind and an
    /// existing file is not touched.</summary>
    /// <param name="path">The path to be written later.</param>
    /// <exception cref="OnnxException">The folder does not exist, the path is a folder, a device or a read-only file, or no
    /// file can be created.</exception>
    public static void EnsureWritable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Guard(new ModelSource(path.Length > 0 ? path : "(no path)", null), path, AtomicFile.Try);
    }

    /// <summary>Wraps the parser: any exception means that the file is damaged, unless the file cannot be read at
    /// all. It is documented to throw only one kind of exception, but some versions threw others for hostile bytes.</summary>
    internal static ModelProto Parsed(ModelSource source, Func<ModelProto> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or not IOException)
        {
            throw source.Refuse("is not an ONNX file, or is damaged or truncated", DamagedAdvice, error);
        }
    }

    static void Guard(ModelSource named, string path, Action<string> write)
    {
        try
        {
            var full = FullPath(path, named);
            if (Directory.Exists(full) || Path.EndsInDirectorySeparator(full))
                throw named.Refuse("is a folder", "Give the path of a file, such as model.onnx.");

            if (!Directory.Exists(Path.GetDirectoryName(full)))
                throw named.Refuse("is in a folder that does not exist", "Create the folder first.");

            write(full);
        }
        catch (Exception error) when (IsFileError(error))
        {
            throw named.Refuse(
                $"cannot be written ({error.Message.TrimEnd('.')})", "Choose a different path or fix its permissions.", error);
        }
    }

    static string FullPath(string path, ModelSource named) =>
        string.IsNullOrWhiteSpace(path)
            ? throw named.Refuse("is not a path", "Give the path of an .onnx file.")
            : Path.GetFullPath(path);

    // ArgumentException: characters that a path cannot have
    static bool IsFileError(Exception error) =>
        error is IOException or UnauthorizedAccessException or SecurityException or ArgumentException
            or NotSupportedException;
}
