namespace Hybrid.Verification

open System
open System.Globalization
open System.IO
open System.IO.Compression
open System.Security.Cryptography
open System.Text
open Hybrid.Core

/// What stands at the beginning of a proof.
type internal ProofHeader =
    {
        Arithmetic: Arithmetic
        /// SHA-256 of the network, as the checker reads it.
        Network: string
        /// SHA-256 of the property.
        Property: string
        /// Whether a violation is shown rather than that there is none.
        IsViolated: bool
    }

/// A proof that is not a proof.
exception internal ProofRefused of reason: string

module internal ProofHeader =
    let private title = "hybrid proof 1"

    let private line (name: string) value = $"{name} {value}"

    let private arithmetic header =
        match header.Arithmetic with
        | Arithmetic.Float32 -> "float32"
        | Arithmetic.Real -> "real"

    /// The lines of a header.
    let lines (header: ProofHeader) : string list =
        [
            title
            line "arithmetic" (arithmetic header)
            line "network" header.Network
            line "property" header.Property
            line "verdict" (if header.IsViolated then "sat" else "unsat")
        ]

    /// SHA-256 of a property: of its exact numbers.
    let markOf (property: Property) : string =
        let text = StringBuilder()
        let write (x: string) = text.Append(x).Append(' ') |> ignore

        let count (x: int) =
            write (x.ToString CultureInfo.InvariantCulture)

        let exact (x: Exact) =
            write (x.Numerator.ToString CultureInfo.InvariantCulture)
            write (x.Denominator.ToString CultureInfo.InvariantCulture)

        let terms terms =
            count (List.length terms)

            for i, factor in terms do
                count i
                exact factor

        count property.Inputs
        count property.Outputs

        for region in property.Regions do
            count region.Violations.Length

            for least, greatest in region.Box do
                exact least
                exact greatest

            for violation in region.Violations do
                count violation.Length

                for atom in violation do
                    terms atom.Inputs
                    terms atom.Outputs
                    exact atom.Constant
                    write (if atom.Strict then "<" else "<=")

        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))

    /// Reads lines of at most so many characters.
    let private longest = 100

    let private readLine (stream: Stream) : string =
        let text = StringBuilder()
        let mutable next = stream.ReadByte()

        while next >= 0 && next <> int '\n' && text.Length < longest do
            text.Append(char next) |> ignore
            next <- stream.ReadByte()

        text.ToString()

    let read (stream: Stream) : ProofHeader =
        let value (name: string) =
            let text = readLine stream

            if text.StartsWith(name + " ", StringComparison.Ordinal) then
                text[name.Length + 1 ..]
            else
                raise (ProofRefused $"it has no line with its {name}.")

        if readLine stream <> title then
            raise (ProofRefused $"it does not begin with \"{title}\": it is not a proof.")

        let choice name values =
            let word = value name

            match List.tryFind (fst >> (=) word) values with
            | Some(_, value) -> value
            | None -> raise (ProofRefused $"its {name} is unknown.")

        {
            Arithmetic = choice "arithmetic" [ "float32", Arithmetic.Float32; "real", Arithmetic.Real ]
            Network = value "network"
            Property = value "property"
            IsViolated = choice "verdict" [ "unsat", false; "sat", true ]
        }

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

/// <summary>Reads a proof. Memory for what a node says is bounded by the sizes given, whatever the file says.</summary>
[<Sealed>]
type internal ProofReader(stream: Stream, arithmetic: Arithmetic) =
    let unzipped =
        new BufferedStream(new GZipStream(stream, CompressionMode.Decompress, leaveOpen = true), 1 <<< 16)

    let reader = new BinaryReader(unzipped)

    /// More slopes and multipliers of arguments of one node are not read.
    static let mostNumbers = 20_000_000

    /// A whole number below a limit.
    let whole (limit: int) (name: string) : int =
        let value =
            try
                reader.Read7BitEncodedInt()
            with :? FormatException ->
                -1

        if value < 0 || value >= limit then
            raise (ProofRefused $"it has a number of {name} that is not from 0 to {limit - 1}.")

        value

    let numbers (units: int) name : struct (int * float32)[] =
        let count = whole (units + 1) name
        let values = Array.zeroCreate count
        let mutable before = 0

        for i in 0 .. count - 1 do
            let unit = before + whole (units - before) "units"

            if i > 0 && unit = before then
                raise (ProofRefused $"it has two {name} for unit {unit}.")

            values[i] <- struct (unit, reader.ReadSingle())
            before <- unit

        values

    let guard (read: unit -> 'value) : 'value =
        try
            read ()
        with
        | :? EndOfStreamException -> raise (ProofRefused "it ends too early.")
        | :? InvalidDataException -> raise (ProofRefused "its compressed part is damaged.")

    let node (violations: int) (conditions: int) (inputs: int) (units: int) : ProofNode =
        let tag = int (reader.ReadByte())

        if tag > 15 then
            raise (ProofRefused $"it has a node of the unknown kind {tag}.")

        let total = ref 0

        let arguments =
            [
                if tag >= 8 then
                    for _ in 1 .. whole (2 * units + 1) "arguments" do
                        let unit = whole (2 * units) "units"
                        let slopes, multipliers = numbers units "slopes", numbers units "multipliers"
                        total.Value <- total.Value + slopes.Length + multipliers.Length

                        if total.Value > mostNumbers then
                            raise (ProofRefused $"it has a node with more than {mostNumbers} slopes.")

                        {
                            ArgumentClaim.Unit = unit / 2
                            IsUpper = unit % 2 = 1
                            Slopes = slopes
                            Multipliers = multipliers
                        }
            ]

        let claims =
            [
                for _ in 1 .. whole (conditions + 1) "claims" do
                    let violation = whole (2 * violations) "violations"

                    {
                        Violation = violation / 2
                        Condition = whole conditions "conditions"
                        IsCut = violation % 2 = 1
                        Slopes = numbers units "slopes"
                        Multipliers = numbers units "multipliers"
                    }
            ]

        {
            Backward = tag &&& 4 <> 0
            Arguments = arguments
            Claims = claims
            Division =
                match tag % 4 with
                | 0 -> Division.Closed
                | 1 ->
                    let axis = whole inputs "inputs"

                    Division.Halves(
                        axis,
                        match arithmetic with
                        | Arithmetic.Float32 -> float (reader.ReadSingle())
                        | Arithmetic.Real -> reader.ReadDouble()
                    )
                | 2 -> Division.Signs(whole units "units")
                | _ -> Division.Cases
        }

    /// <summary>The next node.</summary>
    /// <param name="region">What it is about.</param>
    /// <param name="units">The number of units of the network.</param>
    /// <exception cref="T:Hybrid.Verification.ProofRefused">It is not well-formed.</exception>
    member _.Node(region: Region, units: int) : ProofNode =
        let conditions = region.Violations |> List.sumBy List.length

        guard (fun () -> node region.Violations.Length conditions region.Box.Length units)

    /// The inputs of a violation.
    member _.Witness(inputs: int) : float32[] =
        guard (fun () ->
            let count = whole (inputs + 1) "inputs"
            Array.init count (fun _ -> reader.ReadSingle()))

    /// Whether nothing is left.
    member _.IsAtEnd: bool = guard (fun () -> unzipped.ReadByte() < 0)

    interface IDisposable with
        member _.Dispose() = reader.Dispose()
