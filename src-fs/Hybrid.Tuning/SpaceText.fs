namespace Hybrid.Tuning

open System
open System.Text.Json
open Hybrid.Core

/// <summary>Search spaces as JSON: an object with a member for each axis, which is a list of values, one value, or a range such as
/// {"from": 0.001, "to": 0.1, "scale": "log"}. Comments and trailing commas are allowed.</summary>
module SpaceText =
    let private refuse = SearchSpace.refuse

    // ---- reading

    let private finite (axis: string) (element: JsonElement) : float =
        match element.ValueKind with
        | JsonValueKind.Number ->
            match element.TryGetDouble() with
            | true, number when Double.IsFinite number -> number
            | _ ->
                refuse $"has a number of {axis} that is too large: {Printable.quote (element.GetRawText())}"
        | _ ->
            refuse
                $"has a value of {axis} that must be a number, not {Printable.quote (element.GetRawText())}"

    let private size (element: JsonElement) : int =
        match element.ValueKind, element.TryGetInt32 with
        | JsonValueKind.Number, tryGet when fst (tryGet ()) -> snd (tryGet ())
        | _ ->
            refuse
                $"has a value of {AxisKind.Hidden} that must be a list of whole numbers such as [64, 32], not {Printable.quote (element.GetRawText())}"

    let private value (kind: AxisKind) (element: JsonElement) : AxisValue =
        if kind.IsNumber then
            AxisValue.Number(finite kind.Name element)
        elif kind.Name = AxisKind.Hidden then
            match element.ValueKind with
            | JsonValueKind.Array -> AxisValue.Sizes [ for item in element.EnumerateArray() -> size item ]
            | _ -> AxisValue.Sizes [ size element ]
        else
            match element.ValueKind with
            | JsonValueKind.String -> AxisValue.Name(element.GetString())
            | _ ->
                refuse
                    $"has a value of {kind.Name} that must be a name, not {Printable.quote (element.GetRawText())}"

    let private range (kind: AxisKind) (element: JsonElement) : Domain =
        let known = [ "from"; "to"; "scale" ]

        for part in element.EnumerateObject() do
            if not (List.contains part.Name known) then
                refuse
                    $"has a range of {kind.Name} with {Printable.quote part.Name}. A range has from, to and, if it is to be logarithmic, scale"

        let bound (name: string) =
            match element.TryGetProperty name with
            | true, number -> finite kind.Name number
            | _ -> refuse $"has a range of {kind.Name} without {Printable.quote name}"

        let isLogarithmic =
            match element.TryGetProperty "scale" with
            | true, scale when scale.ValueKind = JsonValueKind.String && scale.GetString() = "log" -> true
            | true, scale when scale.ValueKind = JsonValueKind.String && scale.GetString() = "linear" -> false
            | true, other ->
                refuse
                    $"has a range of {kind.Name} with the scale {Printable.quote (other.GetRawText())}. It must be log or linear"
            | _ -> false

        Domain.Range(bound "from", bound "to", isLogarithmic)

    let private axis (part: JsonProperty) : Axis =
        match AxisKind.tryNamed part.Name with
        | None ->
            refuse
                $"has the axis {Printable.quote part.Name}, which is unknown. The axes are {AxisKind.names}"
        | Some kind ->
            {
                Name = part.Name
                Domain =
                    match part.Value.ValueKind with
                    | JsonValueKind.Array ->
                        Domain.Choices [ for item in part.Value.EnumerateArray() -> value kind item ]
                    | JsonValueKind.Object when kind.IsNumber -> range kind part.Value
                    | _ -> Domain.Choices [ value kind part.Value ]
            }

    /// <summary>The space of a text.</summary>
    /// <exception cref="T:Hybrid.OptionException">It is not JSON, or a part of it is not understood.</exception>
    let parse (text: string) : SearchSpace =
        let options =
            JsonDocumentOptions(AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip)

        let document =
            try
                JsonDocument.Parse(text, options)
            with :? JsonException as error ->
                let line, column =
                    error.LineNumber.GetValueOrDefault() + 1L,
                    error.BytePositionInLine.GetValueOrDefault() + 1L

                refuse $"is not JSON in line {line}, column {column}"

        use document = document

        match document.RootElement.ValueKind with
        | JsonValueKind.Object ->
            {
                Axes = [ for part in document.RootElement.EnumerateObject() -> axis part ]
            }
        | _ -> refuse "must be a JSON object with a member for each axis"

    // ---- writing

    let private quoted (text: string) : string = $"\"{JsonEncodedText.Encode text}\""

    let private valueText (value: AxisValue) : string =
        match value with
        | AxisValue.Number _ -> AxisValue.text value
        | AxisValue.Name name -> quoted name
        | AxisValue.Sizes sizes -> $"""[{sizes |> List.map string |> String.concat ", "}]"""

    let private domainText (domain: Domain) : string =
        match domain with
        | Domain.Choices values -> $"""[{values |> List.map valueText |> String.concat ", "}]"""
        | Domain.Range(low, high, isLogarithmic) ->
            let number value = valueText (AxisValue.Number value)
            let scale = if isLogarithmic then "log" else "linear"
            $"""{{ "from": {number low}, "to": {number high}, "scale": "{scale}" }}"""

    /// The text of a space, an axis per line, which parse reads.
    let print (space: SearchSpace) : string =
        let line (axis: Axis) =
            $"  {quoted axis.Name}: {domainText axis.Domain}"

        "{\n" + (space.Axes |> List.map line |> String.concat ",\n") + "\n}"
