using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Hybrid.Onnx;

/// <summary>Files that are replaced as a whole or not at all. Errors are those of the file system.</summary>
static partial class AtomicFile
{
    /// <summary>Writes under a temporary name in the same folder, waits for the disk and renames over the path.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="previous">The name, in the same folder, under which a file that is replaced is kept; null to delete it. If the process is
    /// killed between the two renames, the old file has this name and there is none at the path.</param>
    public static void Write(string path, Action<Stream> write, string? previous = null)
    {
        var target = Target(path);
        WithTemporary(target, (temporary, stream) =>
        {
            write(stream);
            KeepMode(target, stream);
            UnixFile.Sync(stream);
            if (previous is not null && File.Exists(target))
                File.Move(target, previous, overwrite: true);
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
                // flushes the rest, which may fail like the write before it
                stream.Dispose();
            }
            finally
            {
                // after the rename nothing has this name, and deleting nothing is not an error
                Delete(temporary);
            }
        }
    }

    /// <summary>A new file that is locked while it is open. One that will replace an existing file, whose mode it will
    /// get, is private to the owner until then.</summary>
    static (string Path, FileStream Stream) Create(string folder, bool replaces)
    {
        const int attempts = 10;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete };
        if (replaces && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        for (var attempt = 1; ; attempt++)
        {
            // a short name: one made from the target's could be too long for the file system
            var path = Path.Combine(folder, $".hybrid-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
            try
            {
                var stream = new FileStream(path, options);
                if (File.Exists(path))
                    return (path, stream);

                stream.Dispose();
            }
            catch (IOException) when (attempt < attempts)
            {
            }

            // another run came between creation and lock, and took the file for an abandoned one
        }
    }

    /// <summary>Deletes the temporary files of killed runs. A file that is being written differs from
    /// them by its lock: if a folder's file system has no locks, nothing is deleted.</summary>
    static void ClearLeft(string folder, string own)
    {
        if (Take(own, FileOptions.None))
            return;

        foreach (var file in Directory.EnumerateFiles(folder, ".hybrid-*.tmp"))
            if (Temporary().IsMatch(Path.GetFileName(file)) && new FileInfo(file).LinkTarget is null && !UnixFile.IsOther(file))
                Take(file, FileOptions.DeleteOnClose);
    }

    [GeneratedRegex("^\\.hybrid-[0-9a-f]{16}\\.tmp$")]
    private static partial Regex Temporary();

    /// <summary>Opens and closes a file, unless it is being written or is not writable. A file deleted on closing is deleted
    /// before the lock is released.</summary>
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
            // its folder is gone or no longer writable: the earlier error is the one to report
        }
    }

    /// <summary>The file that is really replaced; files that must not be replaced are refused.</summary>
    static string Target(string path)
    {
        var target = new FileInfo(path).LinkTarget is null
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (Directory.Exists(target))
            throw new IOException("It points to a folder.");

        // a rename would replace a device such as /dev/null by a plain file, for every program
        if (UnixFile.IsOther(path) || IsSystem(path) || IsSystem(target))
            throw new IOException("It is a device or a pipe, not a file.");

        // a rename needs only the folder's permission, so it would replace a read-only file
        if (File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
            throw new UnauthorizedAccessException("The existing file is read-only.");

        return target;
    }

    /// <summary>Whether a path is the system's, such as /dev/stdout, which leads to a file if output is redirected.</summary>
    static bool IsSystem(string path) => !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    /// <summary>Gives the new file the mode of the file that it replaces.</summary>
    static void KeepMode(string target, FileStream stream)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
    }
}
