namespace Hybrid.Data

open System

/// <summary>Watches whether every line of a text is whole by itself: quotes stand around whole fields only, and those that open in a line
/// close in it, as in "a ""b""",2. Then the end of each line is that of a row, wherever reading begins; otherwise it may lie within a
/// field.</summary>
/// <param name="separator">Between fields.</param>
[<Sealed>]
type internal WholeLines(separator: byte) =
    // where the last byte was
    let mutable isFieldStart = true
    let mutable isQuoted = false
    // behind a quote that may have closed a field
    let mutable isClosed = false
    // behind a carriage return, which must not stand alone
    let mutable isReturned = false
    let mutable areAll = true

    let isEnd byte =
        byte = separator || byte = '\n'B || byte = '\r'B

    let add byte =
        if isReturned && byte <> '\n'B then
            areAll <- false

        isReturned <- byte = '\r'B

        if isQuoted then
            if byte = '"'B then
                isQuoted <- false
                isClosed <- true
            elif byte = '\n'B || byte = '\r'B then
                areAll <- false
        elif byte = '"'B then
            // doubled, or the first of a field
            if not (isClosed || isFieldStart) then
                areAll <- false

            isQuoted <- true
            isClosed <- false
        else
            if isClosed && not (isEnd byte) then
                areAll <- false

            isClosed <- false

        isFieldStart <- not isQuoted && isEnd byte

    /// Whether all lines so far are.
    member _.AreAll = areAll

    /// The next bytes.
    member _.Add(bytes: ReadOnlySpan<byte>) : unit =
        if areAll && bytes.Length > 0 then
            if not (isQuoted || isClosed || isReturned) && bytes.IndexOfAny('"'B, '\r'B) < 0 then
                isFieldStart <- isEnd bytes[bytes.Length - 1]
            else
                let mutable i = 0

                while areAll && i < bytes.Length do
                    add bytes[i]
                    i <- i + 1
