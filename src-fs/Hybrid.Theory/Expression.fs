namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>A function of numbers, parsed from text: sin cos exp log sqrt abs, + - * / ^, pi, e, x and y.</summary>
/// <remarks>As in mathematics, ^ binds tighter than a minus before it and groups to the right: -x^2 is -(x^2). Numbers mean
/// exactly what is written, and pi and e the exact constants: values are computed with the nearest float64 numbers, and bounds
/// include the difference.</remarks>
type Expression =
    {
        Text: string
        /// In the order of the axes.
        Variables: string list
        Term: Term
    }

module Expression =
    /// <summary>Parses a formula.</summary>
    /// <param name="variables">The names of the variables, in the order of the axes, such as x and y.</param>
    /// <param name="text">The formula, such as sin(2*pi*x) or x^2 - x*y.</param>
    /// <exception cref="T:Hybrid.ExpressionException">The text is not a formula of these variables.</exception>
    let parse (variables: string list) (text: string) : Expression =
        {
            Text = text
            Variables = variables
            Term = Parser.parse variables text
        }

    // Long sums lean to the left: the loop descends on that side, and recursion only into nested terms.
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

    /// Whether a variable, by its index, occurs.
    let uses (variable: int) (expression: Expression) : bool =
        fold ((=) (Variable variable)) id (fun _ -> id) (fun _ -> (||)) expression.Term

    /// <summary>Reads a formula of x, or of x and y: y is a variable where it occurs.</summary>
    /// <exception cref="T:Hybrid.ExpressionException">The text is not a formula of these variables.</exception>
    let ofFormula (text: string) : Expression =
        let both = parse [ "x"; "y" ] text

        if uses 1 both then
            both
        else
            { both with Variables = [ "x" ] }

    let private operate operator (a: float) (b: float) : float =
        match operator with
        | '+' -> a + b
        | '-' -> a - b
        | '*' -> a * b
        | '/' -> a / b
        | _ -> Math.Pow(a, b)

    /// The function's value at a point, one number per axis, in double precision; NaN or infinite where it has none.
    let value (expression: Expression) (point: float[]) : float =
        let leaf term =
            match term with
            | Variable index -> point[index]
            | Number literal -> literal.Value
            | _ -> nan

        fold leaf (~-) (fun name -> fst (Map.find name (Map Parser.functions))) operate expression.Term

    /// The value of a term without variables.
    let internal constant (term: Term) : float option =
        let expression =
            {
                Text = ""
                Variables = []
                Term = term
            }

        if
            fold
                (function
                | Variable _ -> true
                | _ -> false)
                id
                (fun _ -> id)
                (fun _ -> (||))
                term
        then
            None
        else
            Some(value expression [||])

    /// The function as a graph: from [n; axes] to [n; 1].
    let graph (expression: Expression) (x: Tensor) : Tensor =
        let shape = [ x.Shape.Head; 1 ]

        // each part comes with its value, if it has no variables
        let leaf term =
            match term with
            | Variable index -> Tensor.slice 1 index 1 x, None
            | Number literal -> Tensor.broadcast shape (Literal.tensor literal), Some literal.Value
            | _ -> Tensor.fill nan shape, Some nan

        let combine operator (a: Tensor, left: float option) (b: Tensor, right: float option) =
            let result =
                match operator, left, right with
                | '+', _, _ -> a + b
                | '-', _, _ -> a - b
                | '*', _, _ -> a * b
                | '/', _, _ -> a / b
                // the slope of the general power uses the sign of its base, which hides that this one is smooth
                | _, Some number, None when number > 0.0 -> Tensor.exp (b * Tensor.log a)
                | _ -> Tensor.power a b

            result, Option.map2 (operate operator) left right

        let call name (argument: Tensor, number: float option) =
            let ofNumber, ofTensor = Map.find name (Map Parser.functions)
            ofTensor argument, Option.map ofNumber number

        fold
            leaf
            (fun (part, number) -> Tensor.negate part, Option.map (~-) number)
            call
            combine
            expression.Term
        |> fst
