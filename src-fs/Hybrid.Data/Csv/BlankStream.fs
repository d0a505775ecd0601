namespace Hybrid.Data

open System
open System.IO

/// Text in which each run of blanks and tabs outside quotes is one tab, and lines neither begin nor end with any.
[<Sealed>]
type internal BlankStream(inner: Stream) =
    inherit ForwardStream()

    let mutable atStart = true
    let mutable isPending = false
    let mutable inQuotes = false

    /// Writes the bytes in the new form, which is never longer, and returns their number.
    let rewrite (bytes: ReadOnlySpan<byte>, target: Span<byte>) : int =
        let mutable written = 0

        for byte in bytes do
            if (byte = ' 'B || byte = '\t'B) && not inQuotes then
                isPending <- not atStart
            else
                let isEnd = (byte = '\n'B || byte = '\r'B) && not inQuotes

                if isPending && not isEnd then
                    target[written] <- '\t'B
                    written <- written + 1

                isPending <- false
                atStart <- isEnd

                if byte = '"'B then
                    inQuotes <- not inQuotes

                target[written] <- byte
                written <- written + 1

        written

    override _.Read(buffer: Span<byte>) : int =
        // a tab may be left from before
        let bytes = Array.zeroCreate<byte>(max 1 (buffer.Length - 1))
        let mutable written = 0
        let mutable length = 1

        while written = 0 && length > 0 && buffer.Length > 1 do
            length <- inner.Read(bytes, 0, bytes.Length)
            written <- rewrite (ReadOnlySpan(bytes, 0, length), buffer)

        written
