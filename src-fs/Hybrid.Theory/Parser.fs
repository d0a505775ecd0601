namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>Parses formulas by recursive descent, with one function per level of precedence.</summary>
module Parser =
    [<Literal>]
    let private MostCharacters = 10_000

    // A limit for recursion, or hostile text would overflow the stack.
    [<Literal>]
    let private MostLevels = 200

    /// By name: in double precision, and as a graph.
    let internal functions: (string * ((float -> float) * (Tensor -> Tensor))) list =
        [
            "sin", (Math.Sin, Tensor.sin)
            "cos", (Math.Cos, Tensor.cos)
            "exp", (Math.Exp, Tensor.exp)
            "log", (Math.Log, Tensor.log)
            "sqrt", (Math.Sqrt, Tensor.sqrt)
            "abs", (Math.Abs, Tensor.abs)
        ]

    /// Reads text from left to right; place is the index of the next character.
    type private Reader(text: string, variables: string list) =
        let mutable place = 0
        let mutable level = 0

        let fail at message =
            raise (ExpressionException(text, at + 1, message))

        let skip () =
            while place < text.Length && Char.IsWhiteSpace text[place] do
                place <- place + 1

        let next () =
            skip ()
            if place < text.Length then text[place] else '\000'

        let described () =
            match next () with
            | '\000' when place >= text.Length -> "the end"
            | character -> $"'{character}'"

        let take characters =
            let character = next ()

            if place < text.Length && String.exists ((=) character) characters then
                place <- place + 1
                ValueSome character
            else
                ValueNone

        let deeper (parse: unit -> Term) =
            level <- level + 1

            if level > MostLevels then
                fail
                    place
                    $"parentheses, signs and powers are nested more than {MostLevels} levels deep. Simplify the formula."

            let term = parse ()
            level <- level - 1
            term

        let word () =
            let start = place

            while place < text.Length
                  && (Char.IsAsciiLetterOrDigit text[place] || text[place] = '_') do
                place <- place + 1

            text[start .. place - 1]

        let number () =
            let start = place

            let digits () =
                while place < text.Length && Char.IsAsciiDigit text[place] do
                    place <- place + 1

            digits ()

            if place < text.Length && text[place] = '.' then
                place <- place + 1
                digits ()

            // 2e3 is a number; 2e is not one, but a product that lacks its sign
            if place < text.Length && (text[place] = 'e' || text[place] = 'E') then
                place <- place + 1

                if place < text.Length && (text[place] = '+' || text[place] = '-') then
                    place <- place + 1

                digits ()

            match Literal.parse text[start .. place - 1] with
            | Some literal -> Number literal
            | None -> fail start $"{Printable.quote text[start .. place - 1]} is not a finite number."

        let unknown start name =
            let known =
                List.map (fun (name, _) -> $"{name}()") functions
                @ List.map _.Text Literal.named
                @ variables

            let listed = String.concat ", " known
            fail start $"there is no {Printable.quote name}. Known names: {listed}."

        let rec sum () =
            let mutable term = product ()
            let mutable operator = take "+-"

            while ValueOption.isSome operator do
                term <- Combined(ValueOption.get operator, term, product ())
                operator <- take "+-"

            term

        and product () =
            let mutable term = signed ()
            let mutable operator = take "*/"

            while ValueOption.isSome operator do
                term <- Combined(ValueOption.get operator, term, signed ())
                operator <- take "*/"

            term

        and signed () =
            match take "+-" with
            | ValueSome '-' -> Negated(deeper signed)
            | ValueSome _ -> deeper signed
            | ValueNone -> power ()

        // the exponent may have its own sign: 2^-1
        and power () =
            let term = atom ()

            match take "^" with
            | ValueSome _ -> Combined('^', term, deeper signed)
            | ValueNone -> term

        and atom () =
            match next () with
            | '(' ->
                place <- place + 1
                let term = deeper sum
                close ()
                term
            | character when Char.IsAsciiDigit character || character = '.' -> number ()
            | character when Char.IsAsciiLetter character -> named ()
            | _ -> fail place $"expected a number, a variable, a function or '(', not {described ()}."

        and named () =
            let start = place
            let name = word ()

            match
                List.tryFind (fst >> (=) name) functions,
                List.tryFind (fun literal -> literal.Text = name) Literal.named,
                List.tryFindIndex ((=) name) variables
            with
            | Some _, _, _ ->
                if ValueOption.isNone (take "(") then
                    fail place $"expected '(' after {name}, not {described ()}."

                let argument = deeper sum
                close ()
                Called(name, argument)
            | _, Some literal, _ -> Number literal
            | _, _, Some index -> Variable index
            | _ -> unknown start name

        and close () =
            if ValueOption.isNone (take ")") then
                fail place $"expected ')' or an operator, not {described ()}."

        member _.Parse() : Term =
            let term = sum ()
            skip ()

            if place < text.Length then
                fail place $"expected an operator or the end, not {described ()}."

            term

    /// <summary>Parses a formula.</summary>
    /// <param name="variables">The names of the variables, in the order of the axes.</param>
    /// <param name="text">At most 10,000 characters, nested at most 200 levels deep.</param>
    /// <exception cref="T:Hybrid.ExpressionException">The text is not a formula of these variables.</exception>
    let parse (variables: string list) (text: string) : Term =
        if text.Length > MostCharacters then
            raise (
                ExpressionException(
                    text[..20] + "…",
                    MostCharacters,
                    $"a formula may have at most {MostCharacters} characters."
                )
            )

        Reader(text, variables).Parse()
