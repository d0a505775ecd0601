namespace Hybrid.Data

open System
open System.Globalization
open Hybrid.Core

/// The column that splits respect, and how; it is not learned from.
[<RequireQualifiedAccess>]
type SplitRole =
    /// Examples with the same value stay in one part.
    | Group of column: string
    /// Numbers or dates: earlier examples are learned from, later ones validate, and the latest test.
    | Time of column: string

module SplitRole =
    /// The column's name.
    let column (role: SplitRole) : string =
        match role with
        | SplitRole.Group column
        | SplitRole.Time column -> column

    /// The same role of a column of another name.
    let ofColumn (column: string) (role: SplitRole) : SplitRole =
        match role with
        | SplitRole.Group _ -> SplitRole.Group column
        | SplitRole.Time _ -> SplitRole.Time column

    /// As in group:patient or time:date.
    let text (role: SplitRole) : string =
        match role with
        | SplitRole.Group column -> $"group:{column}"
        | SplitRole.Time column -> $"time:{column}"

    /// The role of such a text.
    let tryParse (text: string) : SplitRole option =
        match text.IndexOf ':' with
        | -1 -> None
        | colon ->
            match text.Substring(0, colon), text.Substring(colon + 1) with
            | _, "" -> None
            | "group", column -> Some(SplitRole.Group column)
            | "time", column -> Some(SplitRole.Time column)
            | _ -> None

/// A column's values for splits.

type SplitColumn =
    {
        Role: SplitRole
        /// For each example the number of its group, or its time: in days since 1970 for dates.
        Values: float[]
        /// The names of the groups, by their numbers; empty for times.
        Groups: string[]
    }

/// Reads what splits respect, one row's text after the other; only values are kept, not texts.
[<Sealed>]
type internal SplitReader(role: SplitRole) =
    let quoted = Printable.quote (SplitRole.column role)
    let mutable missing: int option = None
    let mutable first: string option = None

    // numbers, in the order in which texts first occur
    let groups = Collections.Generic.Dictionary<string, float>(StringComparer.Ordinal)

    let ofGroups = ResizeArray<float>()

    let number (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> ValueSome value
        | false, _ -> ValueNone

    // what times may be, and all of them as that, or none if one is something else
    let forms = Array.append [| number |] (Array.map DateText.tryDays DateText.orders)
    let times = forms |> Array.map (fun _ -> Some(ResizeArray<float>()))
    let mutable infinite: int option = None
    let mutable stranger: string option = None

    let addGroup (text: string) =
        match groups.TryGetValue text with
        | true, number -> ofGroups.Add number
        | false, _ ->
            ofGroups.Add(float groups.Count)
            groups.Add(text, float groups.Count)

    let addTime (row: int) (text: string) =
        let mutable isKnown = false

        for i in 0 .. forms.Length - 1 do
            match forms[i] text, times[i] with
            | ValueSome value, values ->
                isKnown <- true
                values |> Option.iter _.Add(value)

                if infinite.IsNone && not (Double.IsFinite value) then
                    infinite <- Some row
            | ValueNone, _ -> times[i] <- None

        if stranger.IsNone && not isKnown then
            stranger <- Some text

    let column (values: float[]) names =
        Ok
            {
                Role = role
                Values = values
                Groups = names
            }

    let ofTimes () =
        let dates =
            times |> Array.tail |> Array.choose (Option.map _.ToArray()) |> Array.distinct

        match times[0], dates with
        | Some _, _ when infinite.IsSome ->
            Error $"the value of {quoted} is missing or not finite in row {infinite.Value}"
        | Some values, _ -> column (values.ToArray()) Array.empty
        | None, [| values |] -> column values Array.empty
        | None, [||] ->
            let wrong = stranger |> Option.orElse first |> Option.defaultValue ""

            Error
                $"the column {quoted} must hold numbers or dates of one form, but has {Printable.quote wrong}"
        | None, _ -> Error $"days and months of {quoted} cannot be told apart: write dates as 2010-12-31"

    /// <summary>Adds the next example.</summary>
    /// <param name="row">The number of its row, for messages.</param>
    /// <param name="text">The text of its cell.</param>
    member _.Add(row: int, text: string) : unit =
        if String.IsNullOrWhiteSpace text then
            if missing.IsNone then
                missing <- Some row
        elif missing.IsNone then
            if first.IsNone then
                first <- Some text

            match role with
            | SplitRole.Group _ -> addGroup text
            | SplitRole.Time _ -> addTime row text

    /// The column of all examples; why not, where a value is missing, or a time is neither a number nor a date.
    member _.Column: Result<SplitColumn, string> =
        match missing, role with
        | Some row, _ -> Error $"the value of {quoted} is missing in row {row}"
        | None, SplitRole.Group _ -> column (ofGroups.ToArray()) (Array.ofSeq groups.Keys)
        | None, SplitRole.Time _ -> ofTimes ()

module SplitColumn =
    /// The same with the numbers of the cells' rows, for messages.
    let internal ofRows
        (rowNumber: int -> int)
        (role: SplitRole)
        (texts: string[])
        : Result<SplitColumn, string> =
        let reader = SplitReader role
        texts |> Array.iteri (fun i text -> reader.Add(rowNumber i, text))
        reader.Column

    /// <summary>A column from the texts of its cells.</summary>
    /// <returns>Why not, where a value is missing, or a time is neither a number nor a date.</returns>
    let ofTexts (role: SplitRole) (texts: string[]) : Result<SplitColumn, string> = ofRows ((+) 1) role texts

    /// <summary>A column of groups from their names.</summary>
    let ofGroups (column: string) (groups: string[]) : Result<SplitColumn, string> =
        ofTexts (SplitRole.Group column) groups

    /// <summary>A column of times.</summary>
    let ofTimes (column: string) (times: float[]) : Result<SplitColumn, string> =
        match times |> Array.tryFindIndex (Double.IsFinite >> not) with
        | Some row -> Error $"the value of {Printable.quote column} is missing or not finite in row {row + 1}"
        | None ->
            Ok
                {
                    Role = SplitRole.Time column
                    Values = times
                    Groups = Array.empty
                }

    /// The column of some of the examples, in this order.
    let subset (indices: int[]) (split: SplitColumn) : SplitColumn =
        { split with
            Values = indices |> Array.map (fun i -> split.Values[i])
        }
