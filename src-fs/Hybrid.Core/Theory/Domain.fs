namespace Hybrid.Core

open System.Collections.Generic

/// <summary>Where formulas have a value: the arguments of logarithms, roots, powers and quotients are enclosed, box by box.</summary>
module Domain =
    type private Demand =
        | Positive
        | NotNegative
        | NotZero

    /// What a term asks of one of its parts.
    let private demand (term: Term) : (Demand * Term) option =
        match term with
        | Called("log", inner) -> Some(Positive, inner)
        | Called("sqrt", inner) -> Some(NotNegative, inner)
        | Combined('/', _, divisor) -> Some(NotZero, divisor)
        | Combined('^', root, exponent) ->
            match Expression.constant exponent with
            | Some n when n = floor n -> if n >= 0.0 then None else Some(NotZero, root)
            | Some n when n < 0.0 -> Some(Positive, root)
            | _ -> Some(NotNegative, root)
        | _ -> None

    let private demands (expression: Expression) : (Demand * Term) list =
        let waiting = Stack [ expression.Term ]
        let found = List()

        while waiting.Count > 0 do
            let term = waiting.Pop()
            demand term |> Option.iter found.Add

            match term with
            | Negated inner
            | Called(_, inner) -> waiting.Push inner
            | Combined(_, left, right) ->
                waiting.Push left
                waiting.Push right
            | Number _
            | Variable _ -> ()

        List.ofSeq found

    /// Whether what is asked is sure to hold, sure to fail, or neither.
    let private verdict demand (x: Interval) : bool option =
        match demand with
        | Positive when x.Lower > 0.0 -> Some true
        | Positive when x.Upper <= 0.0 -> Some false
        | NotNegative when x.Lower >= 0.0 -> Some true
        | NotNegative when x.Upper < 0.0 -> Some false
        | NotZero when x.Lower > 0.0 || x.Upper < 0.0 -> Some true
        | NotZero when x.Lower = 0.0 && x.Upper = 0.0 -> Some false
        | _ -> None

    // A root may touch 0, where no enclosure can tell; a pole is one however near.
    let private isAllowedToTouch demand = demand = NotNegative

    /// How many boxes are looked at, at most, and how many at a time.
    [<Literal>]
    let private MostBoxes = 20_000

    [<Literal>]
    let private AtATime = 64

    /// How often an axis is halved.
    [<Literal>]
    let private MostHalvings = 48

    let private fail (box: Interval[]) =
        let place = box |> Array.map (fun x -> $"{x.Lower + (x.Upper - x.Lower) / 2.0:G9}")

        let at = String.concat ", " place

        raise (
            ApproximationException
                $"The function has no finite value at {at}, or next to it. Give an interval on which it is defined."
        )

    /// <summary>Makes sure that a formula has a finite value at many points of a box, and that it has no pole or gap between
    /// them.</summary>
    /// <remarks>Gaps along curves in the plane are looked for among a limited number of boxes.</remarks>
    /// <exception cref="T:Hybrid.ApproximationException">It has none somewhere; the message says where.</exception>
    let require (expression: Expression) (box: Interval[]) : unit =
        for point in Cells.points (if box.Length = 1 then 4096 else 64) box do
            Cells.valueAt (Expression.value expression) point |> ignore

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
                |> List.map (fun (_, term) -> Expression.graph { expression with Term = term } x)
                |> Enclosure.evaluate [ "x", Array.concat boxes ]

            for i in 0 .. parts.Length - 1 do
                let struct (part, halvings) = parts[i]

                let verdicts =
                    List.map2
                        (fun (demand, _) (x: Interval[]) -> demand, verdict demand x[i])
                        demands
                        enclosures

                if verdicts |> List.exists (fun (_, verdict) -> verdict = Some false) then
                    fail part

                let undecided = verdicts |> List.filter (snd >> Option.isNone)

                if halvings < MostHalvings * box.Length then
                    if not undecided.IsEmpty then
                        for half in Supremum.halves box part do
                            waiting.Push(struct (half, halvings + 1))
                elif undecided |> List.exists (fst >> isAllowedToTouch >> not) then
                    fail part
