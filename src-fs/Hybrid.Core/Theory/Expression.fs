namespace Hybrid.Core

open System
open System.Globalization

/// The text is no formula, or not one of the variables that there are. The column is counted from 1.
[<Sealed>]
type ExpressionException(text: string, column: int, message: string) =
    inherit HybridException($"\"{text}\", column {column}: {message}")
    member _.Column = column

/// What a formula consists of.
type Term =
    | Number of float
    /// By its place among the variables.
    | Variable of int
    | Negated of Term
    | Called of name: string * Term
    | Combined of operator: char * Term * Term

/// <summary>A function of numbers that was written as text: sin cos exp log sqrt abs, + - * / ^, pi, e, x and y.</summary>
/// <remarks>As in mathematics, ^ binds tighter than a minus before it and groups to the right: -x^2 is -(x^2).</remarks>
type Expression =
    {
        Text: string
        /// In the order of the axes.
        Variables: string list
        Term: Term
    }

module Expression =
    [<Literal>]
    let private MostCharacters = 10_000

    // Recursion goes no deeper than this, or hostile text would overflow the stack.
    [<Literal>]
    let private MostLevels = 200

    let private functions: (string * ((float -> float) * (Tensor -> Tensor))) list =
        [
            "sin", (Math.Sin, Tensor.sin)
            "cos", (Math.Cos, Tensor.cos)
            "exp", (Math.Exp, Tensor.exp)
            "log", (Math.Log, Tensor.log)
            "sqrt", (Math.Sqrt, Tensor.sqrt)
            "abs", (Math.Abs, Tensor.abs)
        ]

    let private constants = [ "pi", Math.PI; "e", Math.E ]

    /// Reads a text from left to right; place is the index of the next character.
    type private Parser(text: string, variables: string list) =
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
                    $"more than {MostLevels} parentheses, signs and powers within each other. Write it shorter."

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

            // 2e3 is a number, 2e is not one: e then has to be multiplied by
            if place < text.Length && (text[place] = 'e' || text[place] = 'E') then
                place <- place + 1

                if place < text.Length && (text[place] = '+' || text[place] = '-') then
                    place <- place + 1

                digits ()

            match
                Double.TryParse(text[start .. place - 1], NumberStyles.Float, CultureInfo.InvariantCulture)
            with
            | true, value when Double.IsFinite value -> Number value
            | _ -> fail start $"\"{text[start .. place - 1]}\" is no number that can be computed with."

        let unknown start name =
            let known =
                List.map (fun (name, _) -> $"{name}()") functions
                @ List.map fst constants
                @ variables

            let listed = String.concat ", " known
            fail start $"there is no \"{name}\". Known are {listed}."

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

        // the exponent may have a sign of its own: 2^-1
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
            | _ ->
                fail place $"a number, a variable, a function or '(' should stand here, not {described ()}."

        and named () =
            let start = place
            let name = word ()

            match
                List.tryFind (fst >> (=) name) functions,
                List.tryFind (fst >> (=) name) constants,
                List.tryFindIndex ((=) name) variables
            with
            | Some _, _, _ ->
                if ValueOption.isNone (take "(") then
                    fail place $"'(' should follow {name}, not {described ()}."

                let argument = deeper sum
                close ()
                Called(name, argument)
            | _, Some(_, value), _ -> Number value
            | _, _, Some index -> Variable index
            | _ -> unknown start name

        and close () =
            if ValueOption.isNone (take ")") then
                fail place $"')' or an operator should stand here, not {described ()}."

        member _.Parse() : Term =
            let term = sum ()
            skip ()

            if place < text.Length then
                fail place $"an operator or the end should stand here, not {described ()}."

            term

    /// <summary>Reads a formula.</summary>
    /// <param name="variables">The names that it may use, in the order of the axes, such as x and y.</param>
    /// <param name="text">Such as sin(2*pi*x) or x^2 - x*y.</param>
    /// <exception cref="T:Hybrid.Core.ExpressionException">It is no formula of these variables.</exception>
    let parse (variables: string list) (text: string) : Expression =
        if text.Length > MostCharacters then
            raise (
                ExpressionException(
                    text[..20] + "…",
                    MostCharacters,
                    $"a formula has at most {MostCharacters} characters."
                )
            )

        {
            Text = text
            Variables = variables
            Term = Parser(text, variables).Parse()
        }

    // Long sums lean to the left: the loop goes down there, and recursion only into what is nested.
    let rec private fold
        (leaf: Term -> 'value)
        (negate: 'value -> 'value)
        (call: string -> 'value -> 'value)
        (combine: char -> 'value -> 'value -> 'value)
        (term: Term)
        : 'value =
        let recurse = fold leaf negate call combine
        let mutable rest = []
        let mutable first = term
        let mutable goOn = true

        while goOn do
            match first with
            | Combined(operator, left, right) ->
                rest <- struct (operator, right) :: rest
                first <- left
            | _ -> goOn <- false

        let start =
            match first with
            | Negated inner -> negate (recurse inner)
            | Called(name, inner) -> call name (recurse inner)
            | other -> leaf other

        rest
        |> List.fold (fun value (struct (operator, right)) -> combine operator value (recurse right)) start

    /// Whether a variable, by its place, occurs.
    let uses (variable: int) (expression: Expression) : bool =
        fold ((=) (Variable variable)) id (fun _ -> id) (fun _ -> (||)) expression.Term

    /// The function's value at a point, one number an axis, in double precision; NaN or infinite where it has none.
    let value (expression: Expression) (point: float[]) : float =
        let leaf term =
            match term with
            | Variable index -> point[index]
            | Number number -> number
            | _ -> nan

        let combine operator (a: float) (b: float) =
            match operator with
            | '+' -> a + b
            | '-' -> a - b
            | '*' -> a * b
            | '/' -> a / b
            | _ -> Math.Pow(a, b)

        fold leaf (~-) (fun name -> fst (Map.find name (Map functions))) combine expression.Term

    /// The function as a graph: from [n; axes] to [n; 1].
    let graph (expression: Expression) (x: Tensor) : Tensor =
        let shape = [ x.Shape.Head; 1 ]

        let leaf term =
            match term with
            | Variable index -> Tensor.slice 1 index 1 x
            | Number number -> Tensor.fill number shape
            | _ -> Tensor.fill nan shape

        let combine operator (a: Tensor) (b: Tensor) =
            match operator with
            | '+' -> a + b
            | '-' -> a - b
            | '*' -> a * b
            | '/' -> a / b
            | _ -> Tensor.power a b

        fold leaf Tensor.negate (fun name -> snd (Map.find name (Map functions))) combine expression.Term
