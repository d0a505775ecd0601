namespace Hybrid.Verification

open System
open System.IO
open System.IO.Compression
open System.Text

/// <summary>Writes a proof: a few lines of text, then numbers, compressed by gzip. Whole numbers are written seven bits a byte, the
/// lowest first; others as IEEE numbers, little-endian.</summary>
[<Sealed>]
type internal ProofWriter(stream: Stream, header: ProofHeader) =
    do
        for line in ProofHeader.lines header do
            stream.Write(ReadOnlySpan(Encoding.ASCII.GetBytes(line + "\n")))

    let compressed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen = true)
    let writer = new BinaryWriter(new BufferedStream(compressed, 1 <<< 16))

    let whole (x: int) = writer.Write7BitEncodedInt x

    /// Numbers by unit, in order: each with its distance from the one before.
    let numbers (values: struct (int * float32)[]) =
        whole values.Length
        let mutable before = 0

        for struct (unit, value) in values do
            whole (unit - before)
            writer.Write value
            before <- unit

    /// A node; its parts come next.
    member _.Node(node: ProofNode) : unit =
        let division =
            match node.Division with
            | Division.Closed -> 0
            | Division.Halves _ -> 1
            | Division.Signs _ -> 2
            | Division.Cases -> 3

        let arguments = not node.Arguments.IsEmpty
        writer.Write(byte (division + (if node.Backward then 4 else 0) + (if arguments then 8 else 0)))

        if arguments then
            whole node.Arguments.Length

            for claim in node.Arguments do
                whole (2 * claim.Unit + (if claim.IsUpper then 1 else 0))
                numbers claim.Slopes
                numbers claim.Multipliers

        whole node.Claims.Length

        for claim in node.Claims do
            whole (2 * claim.Violation + (if claim.IsCut then 1 else 0))
            whole claim.Condition
            numbers claim.Slopes
            numbers claim.Multipliers

        match node.Division with
        | Division.Closed
        | Division.Cases -> ()
        | Division.Halves(axis, last) ->
            whole axis

            match header.Arithmetic with
            | Arithmetic.Float32 -> writer.Write(float32 last)
            | Arithmetic.Real -> writer.Write last
        | Division.Signs unit -> whole unit

    /// The inputs of a violation.
    member _.Witness(inputs: float32[]) : unit =
        whole inputs.Length

        for x in inputs do
            writer.Write x

    interface IDisposable with
        member _.Dispose() = writer.Dispose()
