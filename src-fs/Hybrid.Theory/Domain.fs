namespace Hybrid.Theory

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>Where formulas are defined: the arguments of logarithms, roots, powers and quotients are enclosed, box by
/// box.</summary>
module Domain =
    type private Demand =
        | Positive
        | NotNegative
        | NotZero

    /// What a term requires of one of its parts.
    type private Asked =
        {
            Demand: Demand
            Part: Term
            Whole: Term
        }

    let private parts (term: Term) : Term list =
        match term with
        | Negated inner
        | Called(_, inner) -> [ inner ]
        | Combined(_, left, right) -> [ left; right ]
        | Number _
        | Variable _ -> []

    let private demand (term: Term) : Asked option =
        let asks demand part =
            Some
                {
                    Demand = demand
                    Part = part
                    Whole = term
                }

        match term with
        | Called("log", inner) -> asks Positive inner
        | Called("sqrt", inner) -> asks NotNegative inner
        | Combined('/', _, divisor) -> asks NotZero divisor
        | Combined('^', root, exponent) ->
            match Expression.constant exponent with
            | Some n when n = floor n -> if n >= 0.0 then None else asks NotZero root
            | Some n when n < 0.0 -> asks Positive root
            | _ -> asks NotNegative root
        | _ -> None

    let private demands (expression: Expression) : Asked list =
        let waiting = Stack [ expression.Term ]
        let found = List()

        while waiting.Count > 0 do
            let term = waiting.Pop()
            demand term |> Option.iter found.Add

            List.iter waiting.Push (parts term)

        List.ofSeq found

    /// Whether the requirement certainly holds, certainly fails, or neither.
    let private verdict demand (x: Interval) : bool option =
        match demand with
        | Positive when x.Lower > 0.0 -> Some true
        | Positive when x.Upper <= 0.0 -> Some false
        | NotNegative when x.Lower >= 0.0 -> Some true
        | NotNegative when x.Upper < 0.0 -> Some false
        | NotZero when x.Lower > 0.0 || x.Upper < 0.0 -> Some true
        | NotZero when x.Lower = 0.0 && x.Upper = 0.0 -> Some false
        | _ -> None

    // A root may touch 0, which no enclosure can decide; a pole is one at any distance.
    let private isAllowedToTouch demand = demand = NotNegative

    /// The maximum number of boxes, and how many are processed at a time.
    [<Literal>]
    let private MostBoxes = 20_000

    [<Literal>]
    let private AtATime = 64

    /// The maximum number of times that an axis is halved.
    [<Literal>]
    let private MostHalvings = 48

    /// How much of a term a message shows.
    [<Literal>]
    let private MostShown = 60

    let private shown (expression: Expression) (term: Term) =
        let text = Term.text expression.Variables term

        if text.Length > MostShown then
            text[.. MostShown - 1] + "…"
        else
            text

    let private fail place reason =
        raise (
            ApproximationException
                $"The function has no finite value at {place}: {reason}. Give an interval on which it is defined."
        )

    let private failIn (expression: Expression) (asked: Asked) (box: Interval[]) =
        let place =
            box
            |> Array.map (fun x -> $"{x.Lower + (x.Upper - x.Lower) / 2.0:G9}")
            |> String.concat ", "

        let there =
            match asked.Demand with
            | Positive -> "not positive"
            | NotNegative -> "negative"
            | NotZero -> "0"

        fail
            $"{place}, or close to it"
            $"in {shown expression asked.Whole}, {shown expression asked.Part} is {there} there"

    /// Raises an error where the function is undefined, naming the part that is.
    let private requireAt (expression: Expression) (point: float[]) =
        let value term =
            Expression.value { expression with Term = term } point

        let rec innermost term =
            parts term
            |> List.tryFind (value >> Double.IsFinite >> not)
            |> Option.map innermost
            |> Option.defaultValue term

        if not (Double.IsFinite(value expression.Term)) then
            let term = innermost expression.Term
            let place = point |> Array.map (fun x -> $"{x:R}") |> String.concat ", "
            fail place $"{shown expression term} is {value term} there"

    /// <summary>Checks that a formula has a finite value at many points of a box, and no pole or gap between them.</summary>
    /// <remarks>Gaps along curves in the plane are searched for within a limited number of boxes.</remarks>
    /// <exception cref="T:Hybrid.ApproximationException">The formula is undefined somewhere; the message says where.</exception>
    let require (expression: Expression) (box: Interval[]) : unit =
        for point in Cells.points (if box.Length = 1 then 4096 else 64) box do
            requireAt expression point

        let demands = demands expression
        let waiting = Stack()
        let mutable count = 0

        if not demands.IsEmpty then
            waiting.Push(struct (box, 0))

        while waiting.Count > 0 && count < MostBoxes do
            let parts = Array.init (min AtATime waiting.Count) (fun _ -> waiting.Pop())
            count <- count + parts.Length
            let x = Tensor.input "x" [ parts.Length; box.Length ]
            let boxes = parts |> Array.map (fun (struct (part, _)) -> part)

            let enclosures =
                demands
                |> List.map (fun asked -> Expression.graph { expression with Term = asked.Part } x)
                |> Enclosure.evaluate [ "x", Array.concat boxes ]

            for i in 0 .. parts.Length - 1 do
                let struct (part, halvings) = parts[i]

                let verdicts =
                    List.map2
                        (fun asked (x: Interval[]) -> asked, verdict asked.Demand x[i])
                        demands
                        enclosures

                let failing (asked, found) =
                    found = Some false
                    || found.IsNone
                       && halvings >= MostHalvings * box.Length
                       && not (isAllowedToTouch asked.Demand)

                match List.tryFind failing verdicts with
                | Some(asked, _) -> failIn expression asked part
                | None ->
                    if
                        halvings < MostHalvings * box.Length
                        && List.exists (snd >> Option.isNone) verdicts
                    then
                        for half in Supremum.halves box part do
                            waiting.Push(struct (half, halvings + 1))
