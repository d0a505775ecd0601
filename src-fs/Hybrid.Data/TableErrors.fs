namespace Hybrid

module private Place =
    let before (source: string) (line: int option) (column: int option) (problem: string) : string =
        let place =
            [
                Some source
                line |> Option.map (fun line -> $"line {line}")
                column |> Option.map (fun column -> $"column {column}")
            ]
            |> List.choose id
            |> String.concat ", "

        $"{place}: {problem}"

/// The data is not valid. Line and column are counted from 1; the column is a field's number in its row.
[<Sealed>]
type TableException
    (source: string, line: int option, column: int option, problem: string, remedies: Remedy seq) =
    inherit HybridException(Place.before source line column problem, remedies, null)

    new(source: string, line: int option, column: int option, message: string) =
        TableException(source, line, column, message, Seq.empty)

    /// The file, or the name of the built-in data.
    member _.DataSource = source

    /// The line, from 1, if the problem has one.
    member _.Line = Option.toNullable line

    /// The number of the field in its row, from 1, if the problem has one.
    member _.Column = Option.toNullable column

/// <summary>Float32 numbers were asked for or given where they cannot be told apart: they are large beside their differences, and a
/// float32 has 24 binary digits, about 7 decimal ones.</summary>
/// <param name="column">The column, or the target.</param>
/// <param name="offset">What is subtracted from its numbers in double precision.</param>
/// <param name="instead">What to use instead.</param>
[<Sealed>]
type PrecisionException(column: string, offset: float, instead: string) =
    inherit
        HybridException(
            $"The numbers of {Hybrid.Core.Printable.quote column} are large beside their differences, near {offset}, and a float32 holds about 7 digits. Use {instead}."
        )

    /// The column, or the target.
    member _.Column = column

    /// What is subtracted from its numbers in double precision.
    member _.Offset = offset
