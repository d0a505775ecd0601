using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Onnx;

/// <summary>What Unix knows of files and .NET does not say. On Windows there is nothing to ask.</summary>
static partial class UnixFile
{
    const long TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000;

    // errno of a file system that has no such call, the same on every Unix
    const int InvalidArgument = 22;

    /// <summary>Whether what is there, links followed, is a pipe, a device or a socket.</summary>
    public static bool IsOther(string path) => Status(path) is { } status && (Mode(status) & TypeMask) is not (Regular or Folder);

    /// <summary>What tells a file from all others, whatever path leads to it; null where it is not there.</summary>
    public static (long Device, long File)? Identity(string path) =>
        Status(path) is { } status ? (status[11], status[13]) : null;

    /// <summary>Waits until a file's content is on the disk. .NET's own Flush says nothing of errors.</summary>
    /// <exception cref="IOException">It did not get there.</exception>
    public static void Sync(FileStream stream)
    {
        stream.Flush(flushToDisk: OperatingSystem.IsWindows());
        if (!OperatingSystem.IsWindows())
        {
            Sync(stream.SafeFileHandle);
        }
    }

    /// <summary>Waits until a folder's names are on the disk, such as a new one after a rename.</summary>
    /// <exception cref="IOException">They did not get there.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // 0: for reading, which is all that a folder can be opened for
        using var folder = new SafeFileHandle(Open(path, 0, 0), ownsHandle: true);
        // a folder that may be written to and not be read cannot be asked
        if (folder.IsInvalid)
        {
            return;
        }

        try
        {
            Sync(folder);
        }
        catch (IOException error)
        {
            throw new IOException($"It was written, and its folder was not: {error.Message}", error);
        }
    }

    static void Sync(SafeFileHandle handle)
    {
        if (Fsync(handle) != 0 && Marshal.GetLastPInvokeError() is not InvalidArgument and var error)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    static long Mode(long[] status) => (uint)(status[0] >> 32);

    /// <summary>The numbers of the runtime's own FileStatus, the same on every Unix: flags and mode, owner, size, four times
    /// in two parts, device, device of a device, file. Null where nothing is there.</summary>
    static long[]? Status(string path)
    {
        // twice as long as what is written there
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
