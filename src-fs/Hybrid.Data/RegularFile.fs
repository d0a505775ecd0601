namespace Hybrid.Data

open System
open System.Runtime.InteropServices

/// Files that can be opened without waiting and come to an end: no pipes, devices or sockets.
module RegularFile =
    // the runtime's own stat, with the same layout on every Unix; the mode is the second field
    [<DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat", CharSet = CharSet.Ansi)>]
    extern int private stat(string path, int64[] status)

    [<Literal>]
    let private TypeMask = 0xF000

    [<Literal>]
    let private Regular = 0x8000

    [<Literal>]
    let private Folder = 0x4000

    /// Whether the path, links followed, is a pipe, a device or a socket. Always false on Windows.
    let isOther (path: string) : bool =
        // twice the size that is written
        let status = Array.zeroCreate<int64> 32

        if OperatingSystem.IsWindows() || stat (path, status) <> 0 then
            false
        else
            match int (status[0] >>> 32) &&& TypeMask with
            | Regular
            | Folder -> false
            | _ -> true
