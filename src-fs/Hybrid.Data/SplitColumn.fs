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

module SplitColumn =
    let private quote (role: SplitRole) = Printable.quote (SplitRole.column role)

    /// Refuses values that are not finite, as those that are missing.
    let private finite
        (rowNumber: int -> int)
        (role: SplitRole)
        (values: float[])
        : Result<SplitColumn, string> =
        match values |> Array.tryFindIndex (Double.IsFinite >> not) with
        | Some row -> Error $"the value of {quote role} is missing or not finite in row {rowNumber row}"
        | None ->
            Ok
                {
                    Role = role
                    Values = values
                    Groups = Array.empty
                }

    /// Numbers, in the order in which texts first occur.
    let private numbered (role: SplitRole) (texts: string[]) : SplitColumn =
        let known = Collections.Generic.Dictionary<string, float>(StringComparer.Ordinal)
        let groups = ResizeArray<string>()

        {
            Role = role
            Values =
                texts
                |> Array.map (fun text ->
                    match known.TryGetValue text with
                    | true, number -> number
                    | false, _ ->
                        known.Add(text, float known.Count)
                        groups.Add text
                        known[text])
            Groups = groups.ToArray()
        }

    let private all (parse: string -> float voption) (texts: string[]) : float[] option =
        let values = Array.map parse texts

        if Array.forall ValueOption.isSome values then
            Some(Array.map ValueOption.get values)
        else
            None

    let private number (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> ValueSome value
        | false, _ -> ValueNone

    let private times
        (rowNumber: int -> int)
        (role: SplitRole)
        (texts: string[])
        : Result<SplitColumn, string> =
        let dates =
            DateText.orders
            |> Array.choose (fun order -> all (DateText.tryDays order) texts)
            |> Array.distinct

        match all number texts, dates with
        | Some values, _ -> finite rowNumber role values
        | None, [| values |] -> finite rowNumber role values
        | None, [||] ->
            let isNeither text =
                number text = ValueNone
                && DateText.orders
                   |> Array.forall (fun order -> DateText.tryDays order text = ValueNone)

            let wrong = texts |> Array.tryFind isNeither |> Option.defaultValue texts[0]

            Error
                $"the column {quote role} must hold numbers or dates of one form, but has {Printable.quote wrong}"
        | None, _ -> Error $"days and months of {quote role} cannot be told apart: write dates as 2010-12-31"

    /// The same with the numbers of the cells' rows, for messages.
    let internal ofRows
        (rowNumber: int -> int)
        (role: SplitRole)
        (texts: string[])
        : Result<SplitColumn, string> =
        match texts |> Array.tryFindIndex String.IsNullOrWhiteSpace, role with
        | Some row, _ -> Error $"the value of {quote role} is missing in row {rowNumber row}"
        | None, SplitRole.Group _ -> Ok(numbered role texts)
        | None, SplitRole.Time _ -> times rowNumber role texts

    /// <summary>A column from the texts of its cells.</summary>
    /// <returns>Why not, where a value is missing, or a time is neither a number nor a date.</returns>
    let ofTexts (role: SplitRole) (texts: string[]) : Result<SplitColumn, string> = ofRows ((+) 1) role texts

    /// <summary>A column of groups from their names.</summary>
    let ofGroups (column: string) (groups: string[]) : Result<SplitColumn, string> =
        ofTexts (SplitRole.Group column) groups

    /// <summary>A column of times.</summary>
    let ofTimes (column: string) (times: float[]) : Result<SplitColumn, string> =
        finite ((+) 1) (SplitRole.Time column) times

    /// The column of some of the examples, in this order.
    let subset (indices: int[]) (split: SplitColumn) : SplitColumn =
        { split with
            Values = indices |> Array.map (fun i -> split.Values[i])
        }
