using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Hybrid.Onnx;

/// <summary>Files that are replaced whole or not at all. Errors are those of the file system.</summary>
static partial class AtomicFile
{
    /// <summary>Writes under a temporary name in the same folder, waits for the disk and renames over the path.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Target(path);
        WithTemporary(target, (temporary, stream) =>
        {
            write(stream);
            KeepMode(target, stream);
            UnixFile.Sync(stream);
            File.Move(temporary, target, overwrite: true);
            UnixFile.SyncFolder(Path.GetDirectoryName(target)!);
        });
    }

    /// <summary>Creates a temporary file beside the path and deletes it.</summary>
    public static void Try(string path) => WithTemporary(Target(path), (_, _) => { });

    static void WithTemporary(string target, Action<string, FileStream> use)
    {
        var folder = Path.GetDirectoryName(target)!;
        var (temporary, stream) = Create(folder, File.Exists(target));
        try
        {
            ClearLeft(folder, temporary);
            use(temporary, stream);
        }
        finally
        {
            try
            {
                // writes what was not written yet, which may fail as the write before it did
                stream.Dispose();
            }
            finally
            {
                // After the rename there is nothing under this name, and deleting nothing is no error.
                Delete(temporary);
            }
        }
    }

    /// <summary>A new file that is held as long as it is open. What is to take the place of another file, whose mode it will
    /// have, is the owner's alone until then.</summary>
    static (string Path, FileStream Stream) Create(string folder, bool replaces)
    {
        const int attempts = 10;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete };
        if (replaces && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        for (var attempt = 1; ; attempt++)
        {
            // A short name of its own: one made from the target's could be too long for the file system.
            var path = Path.Combine(folder, $".hybrid-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
            try
            {
                var stream = new FileStream(path, options);
                if (File.Exists(path))
                {
                    return (path, stream);
                }

                stream.Dispose();
            }
            catch (IOException) when (attempt < attempts)
            {
            }

            // Another run came between its creation and its lock, and took it for one that was left.
        }
    }

    /// <summary>Deletes the temporary files of runs that were killed. The lock of a file that is being written is what tells
    /// it from those: where a folder's file system has none, nothing is deleted.</summary>
    static void ClearLeft(string folder, string own)
    {
        if (Take(own, FileOptions.None))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, ".hybrid-*.tmp"))
        {
            if (Temporary().IsMatch(Path.GetFileName(file)) && new FileInfo(file).LinkTarget is null && !UnixFile.IsOther(file))
            {
                Take(file, FileOptions.DeleteOnClose);
            }
        }
    }

    [GeneratedRegex("^\\.hybrid-[0-9a-f]{16}\\.tmp$")]
    private static partial Regex Temporary();

    /// <summary>Opens and closes a file, unless somebody writes it or it is not ours to write. What closing deletes is deleted
    /// before the lock is given back.</summary>
    static bool Take(string file, FileOptions options)
    {
        try
        {
            using var taken = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, options);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // its folder is gone, or may not be written any more: what went wrong before is what has to be said
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
        if (UnixFile.IsOther(path) || IsSystem(path) || IsSystem(target))
        {
            throw new IOException("It is a device or a pipe, not a file.");
        }

        // A rename asks for permission of the folder only, so it would replace what its owner has locked.
        if (File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
        {
            throw new UnauthorizedAccessException("The existing file is read-only.");
        }

        return target;
    }

    /// <summary>Whether a path is one of the system's, such as /dev/stdout, which leads to a file where output is redirected.</summary>
    static bool IsSystem(string path) => !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    /// <summary>The new file is open to the same people as the one it replaces.</summary>
    static void KeepMode(string target, FileStream stream)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
        }
    }
}
