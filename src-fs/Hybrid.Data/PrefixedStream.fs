namespace Hybrid.Data

open System
open System.IO

/// Some bytes, and after them those of a stream, which stays open.
[<Sealed>]
type internal PrefixedStream(first: byte[], rest: Stream) =
    inherit ForwardStream()
    let mutable taken = 0

    override _.Read(buffer: Span<byte>) : int =
        if taken < first.Length then
            let count = min buffer.Length (first.Length - taken)
            first.AsSpan(taken, count).CopyTo buffer
            taken <- taken + count
            count
        else
            rest.Read buffer
