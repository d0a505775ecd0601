namespace Hybrid.Data

open System
open System.Globalization
open System.Text.Json
open System.Text.Json.Nodes

/// A value in a row that a program has at hand.
[<RequireQualifiedAccess>]
type Cell =
    | Missing
    | Number of float
    /// A category or a class.
    | Text of string

module Cell =
    /// A number as a name.
    let internal ofNumber (value: float) : string =
        value.ToString("R", CultureInfo.InvariantCulture)

    let private days (date: DateTime) = (date - DateTime.UnixEpoch).TotalDays

    /// A node as an element: of a serializer's ways the one that reflects on nothing.
    let internal elementOf (node: JsonNode) : JsonElement =
        JsonDocument.Parse(node.ToJsonString()).RootElement

    let private ofJson (value: JsonElement) : Cell option =
        match value.ValueKind with
        | JsonValueKind.Null
        | JsonValueKind.Undefined -> Some Cell.Missing
        | JsonValueKind.Number -> Some(Cell.Number(value.GetDouble()))
        | JsonValueKind.String -> Some(Cell.Text(value.GetString()))
        | JsonValueKind.True -> Some(Cell.Text(string true))
        | JsonValueKind.False -> Some(Cell.Text(string false))
        | _ -> None

    /// What an object means: null, DBNull and NaN are missing; texts, characters, identifiers, enum values and Booleans are names;
    /// dates are days since the beginning of 1970, and durations are days; other numbers are numbers. None for anything else.
    let ofObject (value: obj) : Cell option =
        match value with
        | null
        | :? DBNull -> Some Cell.Missing
        | :? string
        | :? char
        | :? bool
        | :? Guid
        | :? Enum -> Some(Cell.Text(Convert.ToString(value, CultureInfo.InvariantCulture)))
        | :? JsonElement as json -> ofJson json
        | :? JsonNode as json -> ofJson (elementOf json)
        | :? TimeSpan as duration -> Some(Cell.Number duration.TotalDays)
        | :? DateTime as date -> Some(Cell.Number(days date))
        | :? DateTimeOffset as date -> Some(Cell.Number(days date.UtcDateTime))
        | :? DateOnly as date -> Some(Cell.Number(days (date.ToDateTime TimeOnly.MinValue)))
        | :? IConvertible as number ->
            try
                match number.ToDouble CultureInfo.InvariantCulture with
                | nan when Double.IsNaN nan -> Some Cell.Missing
                | number -> Some(Cell.Number number)
            with
            | :? InvalidCastException
            | :? FormatException
            | :? OverflowException -> None
        | _ -> None

    /// What an object that means none of these is called.
    let internal describe (value: obj) : string =
        let ofKind (json: JsonElement) = $"a JSON {json.ValueKind}"

        match value with
        | :? JsonElement as json -> ofKind json
        | :? JsonNode as json -> ofKind (elementOf json)
        | _ -> $"a value of the type {value.GetType().Name}"

    /// Whether a value is one of those that a table writes for a missing one, as a text or as a number, such as -999.
    let isOneOf (tokens: string list) : Cell -> bool =
        let texts = set (tokens |> List.map _.Trim())

        let numbers =
            tokens
            |> List.choose (NumberText.tryDigits Digits.Point >> ValueOption.toOption)
            |> set

        function
        | Cell.Missing -> true
        | Cell.Text text -> texts.Contains(text.Trim())
        | Cell.Number number -> numbers.Contains number
