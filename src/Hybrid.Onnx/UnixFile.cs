using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Onnx;

/// <summary>What Unix knows about files but .NET does not expose. On Windows there is nothing to ask.</summary>
static partial class UnixFile
{
    const long TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000;

    // errno of a file system without this call, the same on every Unix
    const int InvalidArgument = 22;

    /// <summary>Whether the path, links followed, is a pipe, a device or a socket.</summary>
    public static bool IsOther(string path) => Status(path) is { } status && (Mode(status) & TypeMask) is not (Regular or Folder);

    /// <summary>A file's identity, the same for every path that leads to it; null if it does not exist.</summary>
    public static (long Device, long File)? Identity(string path) =>
        Status(path) is { } status ? (status[11], status[13]) : null;

    /// <summary>Waits until a file's content is on the disk. .NET's own Flush does not report errors.</summary>
    /// <exception cref="IOException">It did not reach the disk.</exception>
    public static void Sync(FileStream stream)
    {
        stream.Flush(flushToDisk: OperatingSystem.IsWindows());
        if (!OperatingSystem.IsWindows())
            Sync(stream.SafeFileHandle);
    }

    /// <summary>Waits until a folder's names are on the disk, such as a new one after a rename.</summary>
    /// <exception cref="IOException">They did not reach the disk.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        // 0: for reading, since a folder can be opened for nothing else
        using var folder = new SafeFileHandle(Open(path, 0, 0), ownsHandle: true);
        // a folder that is writable but not readable cannot be synchronised
        if (folder.IsInvalid)
            return;

        try
        {
            Sync(folder);
        }
        catch (IOException error)
        {
            throw new IOException($"The file was written, but not its folder: {error.Message}", error);
        }
    }

    static void Sync(SafeFileHandle handle)
    {
        if (Fsync(handle) != 0 && Marshal.GetLastPInvokeError() is not InvalidArgument and var error)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    static long Mode(long[] status) => (uint)(status[0] >> 32);

    /// <summary>The numbers of the runtime's own FileStatus, the same on every Unix: flags and mode, owner, size, four times
    /// in two parts, device, device of a device, file. Null if nothing is there.</summary>
    static long[]? Status(string path)
    {
        // twice the size that is written
        var status = new long[32];
        return !OperatingSystem.IsWindows() && Stat(path, status) == 0 ? status : null;
    }

    // The runtime's own names for the system's calls, with the same numbers on every Unix.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, [Out] long[] status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FSync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags, int mode);
}
