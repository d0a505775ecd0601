namespace Hybrid.Data

open System
open System.Globalization
open Hybrid.Core

/// Numbers that are unlike all others of their column, by mistakes or not: one of them can outweigh the other examples of a part.
module internal FarValues =
    /// In deviations of the others from their mean.
    [<Literal>]
    let private Far = 15.0

    /// Columns of fewer different values hold counts or marks, of which rare ones are nothing unusual.
    [<Literal>]
    let private FewestValues = 10

    /// As long as they are few: one in a thousand.
    let private most (count: int) : int = max 1 (count / 1000)

    let private isVaried (numbers: float32 seq) : bool =
        numbers |> Seq.distinct |> Seq.truncate FewestValues |> Seq.length = FewestValues

    /// The distance of a number from the mean of some of these, in their deviations.
    let private distance (values: float32[]) (rows: int[]) : int -> float =
        let moments = Moments()
        rows |> Array.iter (fun row -> moments.Add(float values[row], 1.0))
        let struct (mean, deviation) = moments.Result
        fun row -> abs (float values[row] - mean) / deviation

    /// Whether a number may be far from the others, by its distance from the mean of all: few ones make the deviation only so much larger.
    let private mayBeFar (count: int) (distance: float) : bool =
        distance > 0.9 * Far / sqrt (1.0 + Far * Far * float (most count) / float count)

    /// The rows whose numbers lie far from all others, the farthest one first, with their distances; none if they are many.
    let private far (values: float32[]) : (int * float)[] =
        let rows =
            Array.init values.Length id
            |> Array.filter (fun row -> Single.IsFinite values[row])

        let ofAll = distance values rows

        if
            rows |> Array.exists (ofAll >> mayBeFar rows.Length)
            && isVaried (rows |> Seq.map (fun row -> values[row]))
        then
            let candidates, others =
                rows |> Array.sortByDescending ofAll |> Array.splitAt (most rows.Length)

            let ofOthers = distance values others
            let isFar row = ofOthers row > Far

            if Array.exists isFar others then
                [||]
            else
                candidates |> Array.filter isFar |> Array.map (fun row -> row, ofOthers row)
        else
            [||]

    /// <summary>A warning of the numbers of a column that lie far from all others, if they are few.</summary>
    /// <param name="table">Where they are from.</param>
    /// <param name="column">A column of features or a target.</param>
    /// <param name="values">Its numbers, of all examples.</param>
    let find (table: Table) (column: Column) (values: float32[]) : Note list =
        match column.Kind with
        | Number {
                     Notation = Notation.Decimal _
                     Offset = offset
                 } ->
            match far values with
            | [||] -> []
            | found ->
                let row, distance = found[0]

                let shown =
                    (float values[row] + offset).ToString("G6", CultureInfo.InvariantCulture)

                let more =
                    if found.Length = 1 then
                        ""
                    else
                        $", the farthest of {found.Length} beyond {Far}"

                [
                    {
                        Columns = [ column.Name ]
                        Says =
                            $"{Advice.quote column.Name} is {shown} in row {table.RowNumber row}, {distance:F0} deviations from the mean of the other rows{more}: a mistake, or an example that can outweigh the others of its part"
                        Remedies = []
                    }
                ]
        | _ -> []
