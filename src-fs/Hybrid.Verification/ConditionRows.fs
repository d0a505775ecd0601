namespace Hybrid.Verification

open System

/// Rows of a Descent that begin as conditions.
[<Sealed>]
type internal ConditionRows(goals: Goals, boxes: BoxBounds, descent: Descent) =
    let terms = Array.ofList goals.Conditions.Terms

    /// <summary>Sets rows to begin as conditions.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="asked">Each row's box and condition.</param>
    member _.Start(rows: int, asked: int -> struct (int * int)) : unit =
        Array.Clear descent.Active

        for row in 0 .. rows - 1 do
            let struct (box, condition) = asked row
            descent.Box[row] <- box
            descent.Constant[row] <- goals.Conditions.Constant[condition]
            descent.Off[row] <- goals.Conditions.Noise[condition]

        let added = descent.Added terms.Length

        for t in 0 .. terms.Length - 1 do
            let term = terms[t]
            descent.Active[term.Block] <- true
            let source = boxes.Blocks[term.Block]
            let width = source.Width
            let target = descent.Factors[term.Block]

            for row in 0 .. rows - 1 do
                let struct (box, condition) = asked row
                Array.Copy(goals.Factors[t], condition * width, target, row * width, width)
                let struct (own, noise) = goals.Rows[t][condition]
                let start = box * width
                let mutable cost = 0.0

                for j in 0 .. term.Width - 1 do
                    let converted = abs (own[j] - float target[row * width + j])
                    let doubt = noise[j] + converted + added * abs own[j]
                    cost <- cost + doubt * float source.Spread[start + j]

                descent.Off[row] <- descent.Off[row] + cost * Padded.Outward
