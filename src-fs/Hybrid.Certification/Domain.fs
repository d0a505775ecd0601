namespace Hybrid.Certification

open System
open System.Globalization
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification

/// The values that a column may have.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Extent =
    /// Any number from least to most. Both are float32 numbers: outside the range that is meant, or its ends, for what is proved;
    /// inside it, or its ends, for what is tried.
    | Between of outer: struct (float32 * float32) * inner: struct (float32 * float32)
    /// One of these: codes of categories, or NaN for a missing value.
    | Among of float32 list

/// A set of inputs in raw columns.
type internal Domain = Extent[]

module internal Domain =
    /// More combinations of categories than this would take too long.
    let private mostCases = 4096

    [<Literal>]
    let private RadiusOption = "Radius"

    /// All float32 numbers that a real number in a range may be rounded to; and those in the range itself, around a number in it.
    let private between (lower: float) (upper: float) (middle: float32) : Extent =
        let outer =
            struct (Relaxation.down (Math.BitDecrement lower), Relaxation.up (Math.BitIncrement upper))

        let inner =
            struct (min middle (Relaxation.up (Math.BitIncrement lower)),
                    max middle (Relaxation.down (Math.BitDecrement upper)))

        Extent.Between(outer, inner)

    let private exactly (value: float32) =
        Extent.Between(struct (value, value), struct (value, value))

    /// A range without what lies outside the valid one, but with a row's own value.
    let private clipped (valid: Interval option) (value: float32) (values: Extent) : Extent =
        match values, valid with
        | Extent.Between(struct (low, high), struct (least, most)), Some valid ->
            let clip (x: float32) =
                Math.Clamp(x, min value (float32 valid.Lower), max value (float32 valid.Upper))

            Extent.Between(struct (clip low, clip high), struct (clip least, clip most))
        | values, _ -> values

    /// <summary>The inputs around a row.</summary>
    /// <param name="columns">The model's columns.</param>
    /// <param name="freedoms">How far each may move.</param>
    /// <param name="valid">The range that numbers are clipped to, if any.</param>
    /// <param name="row">The row.</param>
    /// <exception cref="T:Hybrid.OptionException">The radius is too large for float32.</exception>
    let ofRow (columns: Column[]) (freedoms: Freedom[]) (valid: Interval option) (row: float32[]) : Domain =
        row
        |> Array.mapi (fun j value ->
            match columns[j].Kind, freedoms[j] with
            | Category categories, Freedom.Any ->
                let all = List.init categories.Length float32
                Extent.Among(if Single.IsNaN value then value :: all else all)
            | Category _, Freedom.Within _ -> Extent.Among [ value ]
            | Number _, _ when Single.IsNaN value -> Extent.Among [ value ]
            | Number _, Freedom.Within radius when radius > 0.0 ->
                let reach = Math.BitIncrement radius

                match between (float value - reach) (float value + reach) value with
                | Extent.Between(struct (low, high), _) when
                    not (Single.IsFinite low && Single.IsFinite high)
                    ->
                    Names.refuse RadiusOption $"of {Printable.quote columns[j].Name} is too large"
                | Extent.Between(outer, _) ->
                    // what is tried is in the range that is meant
                    let reach = Math.BitDecrement radius

                    match between (float value - reach) (float value + reach) value with
                    | Extent.Between(_, inner) -> clipped valid value (Extent.Between(outer, inner))
                    | other -> other
                | other -> other
            | Number _, _ -> exactly value)

    /// The values from least to most, in the column's unit less its offset.
    let range (lower: float) (upper: float) (offset: float) : Extent =
        if lower = upper then
            let value = float32 (lower - offset)
            exactly value
        else
            let least, most = lower - offset, upper - offset
            between least most (Math.Clamp(float32 (0.5 * (least + most)), float32 least, float32 most))

    /// The ranges and the categories of a table's columns: from the least to the greatest number, and every category.
    let ofTable (table: Table) : Domain =
        table.Columns
        |> Array.mapi (fun j column ->
            match column.Kind with
            | Category categories -> Extent.Among(List.init categories.Length float32)
            | Number _ ->
                let mutable least, most = infinityf, -infinityf

                for row in 0 .. table.Examples - 1 do
                    let value = table.InMemory[row * table.Columns.Length + j]

                    if not (Single.IsNaN value) then
                        least <- min least value
                        most <- max most value

                if least <= most then
                    Extent.Between(struct (least, most), struct (least, most))
                else
                    Extent.Among [ nanf ])

    /// How many combinations there are of the values of columns that are not ranges.
    let count (domain: Domain) : float =
        domain
        |> Array.fold
            (fun count values ->
                match values with
                | Extent.Among several -> count * float several.Length
                | Extent.Between _ -> count)
            1.0

    /// <summary>Every combination of the values of columns that are not ranges, as columns with their values.</summary>
    /// <exception cref="T:Hybrid.HybridException">There are too many.</exception>
    let cases (domain: Domain) : struct (int * float32) list list =
        if count domain > float mostCases then
            let shown = (count domain).ToString("N0", CultureInfo.InvariantCulture)

            raise (
                HybridException
                    $"There are {shown} combinations of categories, and at most {mostCases} are gone through. Keep some of the columns at one category."
            )

        Array.foldBack
            (fun (j, values) rest ->
                match values with
                | Extent.Between _ -> rest
                | Extent.Among several ->
                    several
                    |> List.collect (fun value -> rest |> List.map (fun tail -> struct (j, value) :: tail)))
            (Array.indexed domain)
            [ [] ]
