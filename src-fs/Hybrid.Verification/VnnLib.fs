namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>Properties in the format of the competitions of verifiers: VNN-LIB 1.0, and of 2.0 what is linear and about one
/// network with one input and one output.</summary>
/// <remarks>A file describes violations: the property holds where the file is unsatisfiable. In 1.0, inputs are the constants X_0,
/// X_1, … and outputs Y_0, Y_1, …; in 2.0, elements of declared tensors, in row-major order. Grammar: VNNLIB/VNNLIB-Standard,
/// syntax/grammar.cf.</remarks>
module VnnLib =
    let private fail = SExpression.fail

    let private quote = Printable.quote

    /// More elements are taken for an error.
    let private mostElements = 10_000_000L

    /// A tensor of 2.0.
    [<NoComparison; NoEquality>]
    type private Declared =
        {
            Shape: int list
            Element: int -> Variable
        }

    /// What has been declared so far.
    [<Sealed>]
    type private Declarations() =
        member val Constants = Dictionary<string, Variable>()
        member val Tensors = Dictionary<string, Declared>()
        member val Inputs = 0 with get, set
        member val Outputs = 0 with get, set
        member val Asserted = false with get, set

    let private index (place: Place) (text: string) : int =
        match Int32.TryParse text with
        | true, value when value >= 0 && int64 value < mostElements -> value
        | _ -> fail place $"{quote text} is not an index."

    /// The numbers of "[1,5]".
    let private extents (place: Place) (text: string) : int list =
        if not (text.StartsWith '[' && text.EndsWith ']') then
            fail place $"{quote text} is not a shape such as [1,5]."

        text[1 .. text.Length - 2].Split(',', StringSplitOptions.RemoveEmptyEntries)
        |> Array.map (index place)
        |> List.ofArray

    let private lookUp (known: Declarations) (place: Place) (name: string) : Variable =
        match known.Constants.TryGetValue name, name.IndexOf '[' with
        | (true, variable), _ -> variable
        | _, at ->
            let tensor, indices =
                if at < 0 then
                    name, []
                else
                    name[.. at - 1], extents place name[at..]

            match known.Tensors.TryGetValue tensor with
            | false, _ -> fail place $"{quote name} is not declared."
            | true, declared ->
                if
                    indices.Length <> declared.Shape.Length
                    || List.exists2 (fun i extent -> i >= extent) indices declared.Shape
                then
                    fail
                        place
                        $"{quote name} is not an element of a tensor of shape {Printable.integers declared.Shape}."

                List.fold2 (fun flat i extent -> flat * extent + i) 0 indices declared.Shape
                |> declared.Element

    let rec private term (known: Declarations) (expression: SExpression) : LinearTerm =
        match expression with
        | SExpression.Word(text, place) ->
            match Exact.tryParse text with
            | ValueSome number -> LinearTerm.constant number
            | ValueNone -> LinearTerm.variable (lookUp known place text)
        | SExpression.List(SExpression.Word("+", _) :: (_ :: _ as parts), _) ->
            parts |> List.map (term known) |> List.reduce LinearTerm.add
        | SExpression.List([ SExpression.Word("-", _); part ], _) ->
            LinearTerm.scale (-Exact.one) (term known part)
        | SExpression.List(SExpression.Word("-", _) :: (_ :: _ as parts), _) ->
            parts |> List.map (term known) |> List.reduce LinearTerm.subtract
        | SExpression.List(SExpression.Word("*", _) :: (_ :: _ as parts), place) ->
            parts
            |> List.map (term known)
            |> List.reduce (fun a b ->
                if a.Factors.IsEmpty then LinearTerm.scale a.Constant b
                elif b.Factors.IsEmpty then LinearTerm.scale b.Constant a
                else fail place "a product of variables is not linear.")
        | other ->
            fail other.Place "a number, a variable, or a sum, difference or product of these is expected."

    /// a ≤ b, or a < b.
    let private below strict place a b : Formula =
        Formula.Holds
            {
                Term = LinearTerm.subtract a b
                Strict = strict
                Place = place
            }

    let rec private formula (known: Declarations) (expression: SExpression) : Formula =
        match expression with
        | SExpression.List(SExpression.Word("and", _) :: (_ :: _ as parts), _) ->
            Formula.All(List.map (formula known) parts)
        | SExpression.List(SExpression.Word("or", _) :: (_ :: _ as parts), _) ->
            Formula.Any(List.map (formula known) parts)
        | SExpression.List([ SExpression.Word(comparison, place); left; right ], _) ->
            let a, b = lazy (term known left), lazy (term known right)

            match comparison with
            | "<=" -> below false place a.Value b.Value
            | ">=" -> below false place b.Value a.Value
            | "<" -> below true place a.Value b.Value
            | ">" -> below true place b.Value a.Value
            | "="
            | "==" -> Formula.All [ below false place a.Value b.Value; below false place b.Value a.Value ]
            | "!=" -> Formula.Any [ below true place a.Value b.Value; below true place b.Value a.Value ]
            | other -> fail place $"{quote other} is not a comparison."
        | other -> fail other.Place "a comparison, or and/or of comparisons, is expected."

    /// X_3 as an input or Y_3 as an output, with its index.
    let private constant (known: Declarations) (name: string) (place: Place) =
        let variable =
            if name.StartsWith "X_" then
                Variable.Input(index place name[2..])
            elif name.StartsWith "Y_" then
                Variable.Output(index place name[2..])
            else
                fail place $"{quote name} is neither an input X_0, X_1, … nor an output Y_0, Y_1, …."

        if not (known.Constants.TryAdd(name, variable)) then
            fail place $"{quote name} is declared twice."

        match variable with
        | Variable.Input i -> known.Inputs <- max known.Inputs (i + 1)
        | Variable.Output i -> known.Outputs <- max known.Outputs (i + 1)

    let private tensor
        (known: Declarations)
        (name: string)
        (element: string)
        (shape: string)
        (place: Place)
        make
        =
        if element <> "Real" && element <> "float32" then
            fail place $"the element type {quote element} is not supported: only Real and float32 are."

        let shape = extents place shape
        let size = shape |> List.fold (fun product extent -> product * int64 extent) 1L

        if size < 1L || size > mostElements then
            fail place $"a tensor of {size} elements is not supported."

        if not (known.Tensors.TryAdd(name, { Shape = shape; Element = make })) then
            fail place $"{quote name} is declared twice."

        int size

    let private declare (known: Declarations) (part: SExpression) =
        match part with
        | SExpression.List([ SExpression.Word(("declare-input" | "declare-output") as word, place)
                             SExpression.Word(name, _)
                             SExpression.Word(element, _)
                             SExpression.Word(shape, _) ],
                           _) ->
            let once declared what =
                if declared > 0 then
                    fail place $"networks with several {what} are not supported."

            if word = "declare-input" then
                once known.Inputs "inputs"
                known.Inputs <- tensor known name element shape place Variable.Input
            else
                once known.Outputs "outputs"
                known.Outputs <- tensor known name element shape place Variable.Output
        | other ->
            fail other.Place "only one declare-input and one declare-output are supported in a network."

    /// A statement: a declaration changes what is known; an assertion is a formula.
    let private statement (known: Declarations) (expression: SExpression) : Formula option =
        match expression with
        | SExpression.List([ SExpression.Word("assert", _); asserted ], _) -> Some(formula known asserted)
        | SExpression.List([ SExpression.Word("declare-const", _)
                             SExpression.Word(name, place)
                             SExpression.Word("Real", _) ],
                           _)
        | SExpression.List([ SExpression.Word("declare-fun", _)
                             SExpression.Word(name, place)
                             SExpression.List([], _)
                             SExpression.Word("Real", _) ],
                           _) ->
            constant known name place
            None
        | SExpression.List([ SExpression.Word("vnnlib-version", _); SExpression.Word(version, place) ], _) ->
            if not (version.StartsWith "<1." || version.StartsWith "<2.") then
                fail place $"version {quote version} is not supported: 1.0 and 2.0 are."

            None
        | SExpression.List(SExpression.Word("declare-network", place) :: SExpression.Word _ :: parts, _) ->
            if known.Tensors.Count > 0 then
                fail place "properties of several networks are not supported."

            List.iter (declare known) parts
            None
        | SExpression.List(SExpression.Word(word, place) :: _, _) ->
            fail place $"{quote word} is not a statement that is supported, or is not complete."
        | other -> fail other.Place "a statement in parentheses, such as (assert …), is expected."

    let private gap (known: Declarations) letter (count: int) (make: int -> Variable) =
        if known.Tensors.Count = 0 then
            let declared = HashSet known.Constants.Values

            for i in 0 .. count - 1 do
                if not (declared.Contains(make i)) then
                    raise (
                        PropertyException(
                            0,
                            0,
                            $"{letter}_{i} is not declared, but one of a higher index is."
                        )
                    )

    /// <summary>Reads a property.</summary>
    /// <param name="text">The contents of a .vnnlib file.</param>
    /// <exception cref="T:Hybrid.PropertyException">It is malformed, is not linear, uses what is not declared, or an input has no
    /// bounds or contradictory ones.</exception>
    let read (text: string) : Property =
        let known = Declarations()
        let asserted = SExpression.read text |> List.choose (statement known)

        if known.Inputs = 0 || known.Outputs = 0 then
            raise (PropertyException(0, 0, "inputs and outputs must be declared."))

        if asserted.IsEmpty then
            raise (PropertyException(0, 0, "nothing is asserted."))

        gap known "X" known.Inputs Variable.Input
        gap known "Y" known.Outputs Variable.Output

        {
            Inputs = known.Inputs
            Outputs = known.Outputs
            Regions = Formula.regions known.Inputs (Formula.All asserted)
        }
