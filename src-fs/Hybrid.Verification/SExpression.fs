namespace Hybrid.Verification

open System
open System.Text

/// A place in a text, counted from 1.
[<Struct>]
type internal Place = { Line: int; Column: int }

/// A word or a list in parentheses, with the place where it begins.
[<RequireQualifiedAccess; NoComparison>]
type internal SExpression =
    | Word of text: string * place: Place
    | List of items: SExpression list * place: Place

    member this.Place =
        match this with
        | Word(_, place)
        | List(_, place) -> place

/// Where a reader is in a text.
[<Sealed>]
type private Cursor(text: string) =
    let mutable at = 0
    let mutable line = 1
    let mutable lineStart = 0

    member _.IsAtEnd = at >= text.Length
    member _.Sign = text[at]

    member _.Place =
        {
            Line = line
            Column = at - lineStart + 1
        }

    member _.Advance() : unit =
        if text[at] = '\n' then
            line <- line + 1
            lineStart <- at + 1

        at <- at + 1

/// Reads texts of nested parentheses. A semicolon begins a comment up to the end of its line; indices in brackets, such as
/// X[0, 1], are part of their word.
module internal SExpression =
    /// Deeper nesting is taken for an error.
    let private deepest = 1000

    let fail (place: Place) (problem: string) : 'a =
        raise (PropertyException(place.Line, place.Column, problem))

    let private word (cursor: Cursor) : SExpression =
        let start = cursor.Place
        let letters = StringBuilder()
        let mutable inBrackets = false
        let mutable reading = true

        while reading && not cursor.IsAtEnd do
            let sign = cursor.Sign
            let ends = sign = '(' || sign = ')' || sign = ';'

            if inBrackets && ends then
                fail start "a bracket is not closed."
            elif not inBrackets && (ends || Char.IsWhiteSpace sign) then
                reading <- false
            else
                if not (Char.IsWhiteSpace sign) then
                    letters.Append sign |> ignore

                inBrackets <- if inBrackets then sign <> ']' else sign = '['
                cursor.Advance()

        if inBrackets then
            fail start "a bracket is not closed."

        SExpression.Word(letters.ToString(), start)

    /// <summary>The expressions of a text.</summary>
    /// <exception cref="T:Hybrid.PropertyException">A parenthesis or bracket is missing.</exception>
    let read (text: string) : SExpression list =
        let cursor = Cursor text

        // lists that are still open, the innermost first, each with its items so far, the last first; the outermost is the text
        let mutable pending = [ struct (cursor.Place, []) ]
        let mutable depth = 0

        let add item (pending: struct (Place * SExpression list) list) =
            match pending with
            | struct (start, items) :: outer -> struct (start, item :: items) :: outer
            | [] -> []

        while not cursor.IsAtEnd do
            let place, sign = cursor.Place, cursor.Sign

            if Char.IsWhiteSpace sign then
                cursor.Advance()
            elif sign = ';' then
                while not cursor.IsAtEnd && cursor.Sign <> '\n' do
                    cursor.Advance()
            elif sign = '(' then
                if depth >= deepest then
                    fail place $"parentheses are nested more than {deepest} deep."

                pending <- struct (place, []) :: pending
                depth <- depth + 1
                cursor.Advance()
            elif sign = ')' then
                match pending with
                | struct (start, items) :: outer when depth > 0 ->
                    pending <- add (SExpression.List(List.rev items, start)) outer
                    depth <- depth - 1
                    cursor.Advance()
                | _ -> fail place "this parenthesis closes nothing."
            else
                pending <- add (word cursor) pending

        match pending with
        | struct (start, _) :: _ when depth > 0 -> fail start "this parenthesis is not closed."
        | struct (_, items) :: _ -> List.rev items
        | [] -> []
