namespace Hybrid.Data

open System
open System.IO

/// Files, plain or gzip: any error is a TableException that names the file.
module internal DataFile =
    /// The name of the data that the program receives on its standard input.
    [<Literal>]
    let StandardInput = "-"

    // it can be read only once, and a table is read twice
    let private standardInput =
        lazy
            (use input = Console.OpenStandardInput()
             use bytes = new MemoryStream()
             input.CopyTo bytes
             bytes.ToArray())

    /// What messages call a file.
    let nameOf (path: string) : string =
        if path = StandardInput then "standard input" else path

    /// Whether there is such a file, or the path stands for the standard input.
    let exists (path: string) : bool =
        path = StandardInput || File.Exists path

    let failWith source line column problem remedies : 'result =
        raise (TableException(source, line, column, problem, remedies))

    let fail source line column message : 'result = failWith source line column message []

    let failFile source message : 'result = fail source None None message

    /// What a folder's entries are read as.
    let ofFolder (folder: string) (read: unit -> 'result) : 'result =
        if not (Directory.Exists folder) then
            failFile folder "the folder does not exist. Check the path."

        try
            read ()
        with
        | :? UnauthorizedAccessException ->
            failFile folder "access to the folder is denied. Check its permissions."
        | :? IOException as error -> failFile folder $"the folder could not be read: {error.Message}"

    /// What goes wrong while a file is read is said of it.
    let guarded source (action: unit -> 'result) : 'result =
        try
            action ()
        with
        | :? InvalidDataException ->
            failFile
                source
                "the gzip file is corrupt, truncated or made of several members. Download it again, or unpack it."
        | :? UnauthorizedAccessException ->
            failFile source "access to the file is denied. Check its permissions."
        | :? IOException as error -> failFile source $"the file could not be read: {error.Message}"

    /// A stream that is decompressed if it begins with gzip's two bytes.
    let private decompressed (stream: Stream) : Stream =
        let isGzip = stream.ReadByte() = 0x1F && stream.ReadByte() = 0x8B
        stream.Position <- 0L

        if isGzip then upcast new GzipReader(stream) else stream

    let private openFile path : Stream =
        if Directory.Exists path then
            failFile path "this is a folder, not a file. Give the path of a file."

        if not (File.Exists path) then
            failFile path "the file does not exist. Check the path."

        // before it is opened: that would wait for a pipe's other end
        if RegularFile.isOther path then
            failFile path "this is a pipe or a device, not a file. Save the data to a file first."

        upcast new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 <<< 16)

    /// Opens a file, or the standard input, as it is; it can seek.
    let openStream (path: string) : Stream =
        if path = StandardInput then
            upcast new MemoryStream(standardInput.Value)
        else
            openFile path

    /// Reads a file from its beginning. The action sees the decompressed bytes.
    let read (path: string) (action: Stream -> 'result) : 'result =
        guarded (nameOf path) (fun () ->
            use file = openStream path
            use stream = decompressed file
            action stream)

    /// The first bytes of a file as it is, at most the given number.
    let beginning (count: int) (path: string) : byte[] =
        guarded (nameOf path) (fun () ->
            use file = openStream path
            let bytes = Array.zeroCreate count
            Array.truncate (file.ReadAtLeast(bytes.AsSpan(), count, false)) bytes)

    let private stamp path =
        if path <> StandardInput && File.Exists path then
            let file = FileInfo path
            Some(file.Length, file.LastWriteTimeUtc)
        else
            None

    /// <summary>Reads a file more than once.</summary>
    /// <exception cref="T:Hybrid.TableException">It was written to meanwhile; or that of the reading.</exception>
    let unchanged (path: string) (action: unit -> 'result) : 'result =
        let before = stamp path

        let require () =
            if stamp path <> before then
                failFile
                    (nameOf path)
                    "the file changed while it was read. Read it again once nothing writes to it."

        let result =
            try
                action ()
            with :? TableException ->
                // what is wrong with it may be that
                require ()
                reraise ()

        require ()
        result

    /// Reads a resource of this assembly in the same way.
    let readResource (source: string) (resource: string) (action: Stream -> 'result) : 'result =
        guarded source (fun () ->
            use file = typeof<TableException>.Assembly.GetManifestResourceStream resource
            use stream = decompressed file
            action stream)

    /// The maximum number of bytes to allocate before reading, whatever the file announces.
    let likely (stream: Stream) : int64 =
        match stream with
        | :? GzipReader as packed -> packed.Likely
        | _ -> stream.Length

    /// Fills the buffer as far as the stream goes, and returns the number of bytes read.
    let fill (stream: Stream) (buffer: byte[]) : int =
        stream.ReadAtLeast(buffer.AsSpan(), buffer.Length, false)
