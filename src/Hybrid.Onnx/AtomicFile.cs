using System.Security.Cryptography;

namespace Hybrid.Onnx;

/// <summary>Files that are replaced whole or not at all. Errors are those of the file system.</summary>
static class AtomicFile
{
    /// <summary>Writes under a temporary name in the same folder, flushes and renames over the path.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Target(path);
        WithTemporary(target, (temporary, stream) =>
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            KeepMode(target, stream);
            stream.Dispose();
            File.Move(temporary, target, overwrite: true);
        });
    }

    /// <summary>Creates a temporary file beside the path and deletes it.</summary>
    public static void Try(string path) => WithTemporary(Target(path), (_, _) => { });

    static void WithTemporary(string target, Action<string, FileStream> use)
    {
        // A short name of its own: one made from the target's could be too long for the file system.
        var temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $".hybrid-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        try
        {
            use(temporary, stream);
        }
        finally
        {
            stream.Dispose();
            // After the rename there is nothing under this name, and deleting nothing is no error.
            File.Delete(temporary);
        }
    }

    /// <summary>The file that is really replaced, with what must not be replaced refused.</summary>
    static string Target(string path)
    {
        var target = new FileInfo(path).LinkTarget is null
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (Directory.Exists(target))
        {
            throw new IOException("It points to a folder.");
        }

        // A rename would put a plain file in the place of a device such as /dev/null, for every program.
        if (!OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal)
            && !target.StartsWith("/dev/shm/", StringComparison.Ordinal))
        {
            throw new IOException("It is a device.");
        }

        // A rename asks for permission of the folder only, so it would replace what its owner has locked.
        if (File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
        {
            throw new UnauthorizedAccessException("The existing file is read-only.");
        }

        return target;
    }

    /// <summary>The new file is open to the same people as the one it replaces.</summary>
    static void KeepMode(string target, FileStream stream)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
        }
    }
}
