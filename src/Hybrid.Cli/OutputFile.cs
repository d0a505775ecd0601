using System.Text;
using Hybrid.Onnx;

namespace Hybrid.Cli;

/// <summary>Text files that are written whole or not at all.</summary>
static class OutputFile
{
    static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Checks, before the work, that a file can be written and is not one of the other files that are read or
    /// written.</summary>
    /// <exception cref="HybridException">It cannot be written.</exception>
    /// <exception cref="UsageException">It is one of the others.</exception>
    public static void EnsureWritable(string option, string path, params IEnumerable<string?> others)
    {
        if (others.Any(other => !string.IsNullOrEmpty(other) && path.Length > 0 && Files(other).Any(file => IsSame(file, path))))
            throw new UsageException($"{option} {path} would overwrite another file of this command. Choose a different name.");

        Guard(path, AtomicFile.Try);
    }

    /// <summary>The same for a picture, which is SVG: its name must not say otherwise.</summary>
    /// <exception cref="HybridException">It cannot be written.</exception>
    /// <exception cref="UsageException">It is one of the others, or its ending is that of another format.</exception>
    public static void EnsurePicture(string option, string path, params IEnumerable<string?> others)
    {
        EnsureWritable(option, path, others);
        if (Path.GetExtension(path) is { Length: > 0 } ending && !ending.Equals(".svg", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{option} writes SVG, not {ending}. Choose a name such as {Path.ChangeExtension(path, ".svg")}.");
    }

    /// <summary>The files that are read when a file or a folder of image files is named.</summary>
    static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*-ubyte*").Concat(Directory.EnumerateFiles(path, "*.bin*")) : [path];

    /// <summary>Whether two paths lead to the same file, despite spelling and links (on Unix hard links too).</summary>
    static bool IsSame(string one, string other) => Resolved(one) == Resolved(other)
        || (UnixFile.Identity(one) is { } identity && UnixFile.Identity(other) == identity);

    /// <summary>The file that a path finally leads to, since writing follows links.</summary>
    static string Resolved(string path)
    {
        var full = Path.GetFullPath(path);

        try
        {
            return new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException)
        {
            // a cycle of links, or a broken one: writing reports it
            return full;
        }
    }

    /// <exception cref="HybridException">It cannot be written; an existing file is kept.</exception>
    public static void Write(string path, Action<TextWriter> write) => Guard(path, full => AtomicFile.Write(full, stream =>
    {
        using var writer = Text(stream, leaveOpen: true);
        write(writer);
    }));

    /// <summary>UTF-8 with line feeds, on every platform.</summary>
    public static StreamWriter Text(Stream stream, bool leaveOpen = false) =>
        new(stream, Encoding, bufferSize: 1 << 16, leaveOpen) { NewLine = "\n" };

    /// <summary>A row of a CSV file; fields are quoted where necessary.</summary>
    public static string Row(IEnumerable<string> fields) => string.Join(',', fields.Select(field =>
        field.AsSpan().ContainsAny(",\"\r\n") || field != field.Trim()
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field));

    static void Guard(string path, Action<string> act)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(path))
                throw new IOException("The path is empty.");

            var full = Path.GetFullPath(path);
            if (Directory.Exists(full) || Path.EndsInDirectorySeparator(full))
                throw new IOException("It is a folder.");

            if (!Directory.Exists(Path.GetDirectoryName(full)))
                throw new IOException("Its folder does not exist.");

            act(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HybridException(
                $"{path}: it cannot be written ({error.Message.TrimEnd('.')}). Choose a different path or fix its permissions.",
                error);
        }
    }
}
