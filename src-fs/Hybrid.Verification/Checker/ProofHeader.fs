namespace Hybrid.Verification

open System
open System.Globalization
open System.IO
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

    let private line (name: string) (value: string) = $"{name} {value}"

    /// The lines of a header.
    let lines (header: ProofHeader) : string list =
        [
            title
            line "arithmetic" (string header.Arithmetic)
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
            Arithmetic =
                choice
                    "arithmetic"
                    [
                        for arithmetic in [ Arithmetic.Float32; Arithmetic.Real ] ->
                            string arithmetic, arithmetic
                    ]
            Network = value "network"
            Property = value "property"
            IsViolated = choice "verdict" [ "unsat", false; "sat", true ]
        }
