namespace Hybrid.Verification

open System
open System.IO
open System.IO.Compression

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
