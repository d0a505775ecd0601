/// Formulas: every reader computes what was parsed.
module Hybrid.Properties.ExpressionProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Testing

let private number (x: float) : Term =
    Number (Literal.parse (x.ToString("R", Globalization.CultureInfo.InvariantCulture))).Value

/// Terms of x and y that are written back as text.
let private terms =
    let leaf =
        Gen.oneof
            [
                Gen.choose (0, 80) |> Gen.map (fun i -> number (float i / 16.0))
                Gen.choose (0, 1) |> Gen.map Variable
            ]

    let rec sized size =
        if size <= 0 then
            leaf
        else
            let smaller = sized (size / 2)

            Gen.oneof
                [
                    leaf
                    Gen.map Negated smaller
                    Gen.map2
                        (fun name term -> Called(name, term))
                        (Gen.elements [ "sin"; "cos"; "exp"; "log"; "sqrt"; "abs" ])
                        smaller
                    Gen.map3
                        (fun operator a b -> Combined(operator, a, b))
                        (Gen.elements [ '+'; '-'; '*'; '/' ])
                        smaller
                        smaller
                    Gen.map2 (fun a n -> Combined('^', a, number (float n))) smaller (Gen.choose (1, 3))
                ]

    Gen.sized (min 24 >> sized)

let private names = [ "x"; "y" ]

/// With parentheses around everything, so that precedence does not matter.
let rec private full (term: Term) : string =
    match term with
    | Number literal -> literal.Text
    | Variable i -> names[i]
    | Negated inner -> $"(-{full inner})"
    | Called(name, inner) -> $"{name}({full inner})"
    | Combined(operator, a, b) -> $"({full a} {operator} {full b})"

let rec private shrink (term: Term) : Term seq =
    match term with
    | Number literal ->
        if literal.Value = 1.0 then
            Seq.empty
        else
            Seq.singleton (number 1.0)
    | Variable i -> if i = 0 then Seq.empty else Seq.singleton (Variable 0)
    | Negated inner -> Seq.append [ inner ] (shrink inner |> Seq.map Negated)
    | Called(name, inner) -> Seq.append [ inner ] (shrink inner |> Seq.map (fun inner -> Called(name, inner)))
    | Combined(operator, a, b) ->
        Seq.concat
            [
                Seq.ofList [ a; b ]
                shrink a |> Seq.map (fun a -> Combined(operator, a, b))
                (if operator = '^' then
                     Seq.empty
                 else
                     shrink b |> Seq.map (fun b -> Combined(operator, a, b)))
            ]

let private arbitrary = Arb.fromGenShrink (terms, shrink)

let private ofTerm term : Expression =
    {
        Text = full term
        Variables = names
        Term = term
    }

let private points =
    Array.init 20 (fun i -> Random.uniforms (uint64 i) 0UL 2 |> Array.map (fun u -> 4.0 * u - 2.0))

let private agrees (a: float) b =
    (Double.IsNaN a && Double.IsNaN b)
    || a = b
    || abs (a - b) <= 1e-9 * (1.0 + abs a)

/// The values of the graph at points.
let private atAll (outputs: Tensor -> Tensor) (points: float[][]) =
    let x = Tensor.input "x" [ points.Length; 2 ]

    Reference.evaluate [ "x", Array.concat points ] [ outputs x ] |> List.exactlyOne

/// Whether no root, logarithm or absolute value in it is near its kink, no divisor near 0, and no number so large that a step of
/// 1e-5 is lost in its rounding: the rest of x - 5e7 moves by multiples of 7e-9, equally for both steps.
let rec private isClear (point: float[]) (term: Term) : bool =
    let size inner =
        abs (Expression.value (ofTerm inner) point)

    let isFar inner = size inner > 0.05

    match term with
    | _ when not (size term <= 1e3) -> false
    | Number _
    | Variable _ -> true
    | Negated inner -> isClear point inner
    | Called(("log" | "sqrt" | "abs"), inner) -> isFar inner && isClear point inner
    | Called(_, inner) -> isClear point inner
    | Combined('/', a, b) -> isFar b && isClear point a && isClear point b
    | Combined(_, a, b) -> isClear point a && isClear point b

[<Tests>]
let tests =
    testList
        "formulas"
        [
            property
                "A printed formula is parsed back unchanged, with few parentheses or many"
                2000
                arbitrary
                (fun term ->
                    let few, many =
                        Expression.parse names (Term.text names term), Expression.parse names (full term)

                    (few.Term = term && many.Term = term)
                    |> Prop.label $"{Term.text names term} and {full term}")

            property
                "The graph agrees with the formula, and both lie within the enclosure"
                1000
                arbitrary
                (fun term ->
                    let expression = ofTerm term
                    let direct = points |> Array.map (Expression.value expression)
                    let graph = atAll (Expression.graph expression) points

                    let around =
                        points
                        |> Array.concat
                        |> Array.map (fun x -> { Lower = x - 1e-3; Upper = x + 1e-3 })

                    let x = Tensor.input "x" [ points.Length; 2 ]

                    let enclosure =
                        Enclosure.evaluate [ "x", around ] [ Expression.graph expression x ]
                        |> List.exactlyOne

                    // nothing is claimed where there may be no value nearby, such as next to a pole
                    let isEnclosed (y: float) (interval: Interval) =
                        not (Double.IsFinite y)
                        || not (Interval.isDefined interval)
                        || Interval.contains y interval

                    (Array.forall2 agrees direct graph && Array.forall2 isEnclosed direct enclosure)
                    |> Prop.label $"%A{direct}, %A{graph}")

            property
                "The derivative agrees with difference quotients where the formula is smooth"
                1000
                arbitrary
                (fun term ->
                    let expression = ofTerm term

                    let gradient = atAll (Constants.derivative (Expression.graph expression)) points

                    let value = Expression.value expression

                    points
                    |> Array.indexed
                    |> Array.forall (fun (i, point) ->
                        [ 0; 1 ]
                        |> List.forall (fun axis ->
                            let along step =
                                value (Array.updateAt axis (point[axis] + step) point)

                            let slope h = (along h - along -h) / (2.0 * h)
                            let coarse, fine = slope 2e-5, slope 1e-5
                            let size = abs (value point) + abs fine

                            // where quotients agree with each other, and nothing overflows, there is a slope
                            not (isClear point term)
                            || not (Double.IsFinite coarse && Double.IsFinite fine && size < 1e3)
                            // functions that turn faster than difference quotients can measure
                            || abs gradient[2 * i + axis] > 1e3
                            || abs (coarse - fine) > 1e-7 * (1.0 + size)
                            || abs (gradient[2 * i + axis] - fine) <= 1e-5 * (1.0 + size)))
                    |> Prop.label $"%A{gradient}")
        ]
