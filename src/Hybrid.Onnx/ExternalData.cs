using System.Globalization;
using Hybrid.Onnx.Wire;

namespace Hybrid.Onnx;

/// <summary>Numbers that a model keeps in a separate file. The model names the file, so the path is hostile until it is
/// proved to stay inside the model's folder.</summary>
static class ExternalData
{
    const int MostLinks = 40;
    const string InsideAdvice = "Keep the data file in the model's folder, under a relative path.";
    const string DamagedAdvice = "Copy the data file again, or export the model again.";

    /// <param name="tensor">The message that names the file.</param>
    /// <param name="owner">What errors call the tensor.</param>
    /// <param name="length">The number of bytes of the tensor's shape and type.</param>
    /// <param name="source">The model.</param>
    public static byte[] Load(TensorProto tensor, string owner, long length, ModelSource source)
    {
        var location = Entry(tensor, "location") ?? "";
        var described = $"{owner} is stored in the file {Printable.quote(location)}";
        if (source.Folder is not { } folder)
            throw source.Refuse($"{described}, but the model is not read from a folder", "Read it from its file.");

        var offset = Number(tensor, "offset", owner, source) ?? 0;
        if (Number(tensor, "length", owner, source) is { } stated && stated != length)
            throw source.Refuse($"{described}, with {stated} bytes instead of {length}", DamagedAdvice);

        try
        {
            var path = Inside(folder, location)
                ?? throw source.Refuse($"{described}, which is not inside the model's folder", InsideAdvice);
            return Region(path, offset, length, source)
                ?? throw source.Refuse($"{described}, which does not hold {length} bytes at {offset}", DamagedAdvice);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw source.Refuse($"{described}, which cannot be read ({error.Message})", DamagedAdvice, error);
        }
    }

    static byte[]? Region(string path, long offset, long length, ModelSource source)
    {
        if (UnixFile.IsOther(path))
            return null;

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (length > stream.Length || offset > stream.Length - length)
            return null;

        if (!source.TakeExternal(path, stream.Length, length))
            throw source.Refuse(
                "needs more than 2 GiB of external data, or more than twice the size of its files",
                "Use a smaller model, or give each tensor its own data.");

        var bytes = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The real path of a file in a folder, or null if it leads out of it.</summary>
    static string? Inside(string folder, string location)
    {
        if (location.Length == 0 || Path.IsPathRooted(location))
            return null;

        var root = RealPath(folder);
        var path = RealPath(Path.Combine(root, location));
        var prefix = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        return path.StartsWith(prefix, StringComparison.Ordinal) ? path : null;
    }

    /// <summary>An absolute path without links and dots, resolved from the left as the file system does.</summary>
    static string RealPath(string path)
    {
        var resolved = Path.GetPathRoot(path)!;
        var pending = new Stack<string>(Parts(path[resolved.Length..]).Reverse());
        for (var links = 0; pending.TryPop(out var part);)
        {
            var next = Path.Combine(resolved, part);
            if (part is "." or "..")
                resolved = part == ".." ? Path.GetDirectoryName(resolved) ?? resolved : resolved;
            else if (new FileInfo(next).LinkTarget is not { } target)
                resolved = next;
            else if (++links > MostLinks)
                throw new IOException("There are too many symbolic links.");
            else
            {
                var root = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : "";
                resolved = root.Length > 0 ? root : resolved;
                foreach (var piece in Parts(target[root.Length..]).Reverse())
                    pending.Push(piece);
            }
        }

        return resolved;
    }

    static string[] Parts(string path) => path.Split(
        [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);

    static string? Entry(TensorProto tensor, string key) =>
        tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    static long? Number(TensorProto tensor, string key, string owner, ModelSource source) =>
        Entry(tensor, key) is not { } text
            ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw source.Refuse($"{owner} has the {key} {Printable.quote(text)}", DamagedAdvice);
}
