namespace Hybrid.Verification

open System
open Hybrid.Core

/// A part of a region that is to be examined.
[<NoComparison; NoEquality>]
type internal Cell =
    {
        Least: float[]
        Greatest: float[]
        /// Ranges that hold on a part around it.
        Known: Ranges voption
        /// The violations that may happen there.
        Open: int list
    }

module internal Cell =
    /// <summary>The box of a region: in float32 its float32 numbers, or where there is none between two decimals, the two
    /// neighbours; in real arithmetic, the next float64 numbers outside.</summary>
    let root (arithmetic: Arithmetic) (region: Region) : Cell =
        let ends (least, greatest) =
            match arithmetic with
            | Arithmetic.Real -> Exact.floor least, Exact.ceiling greatest
            | Arithmetic.Float32 ->
                let low, high = Exact.ceilingSingle least, Exact.floorSingle greatest

                if low <= high then
                    float low, float high
                else
                    float (Exact.floorSingle least), float (Exact.ceilingSingle greatest)

        let box = region.Box |> Array.map ends

        {
            Least = Array.map fst box
            Greatest = Array.map snd box
            Known = ValueNone
            Open = [ 0 .. region.Violations.Length - 1 ]
        }

/// <summary>Takes claims about cells of a region, and accepts what follows from recomputed bounds.</summary>
[<Sealed>]
type internal CellChecker(program: Program, region: Region) =
    let boxes = BoxChecker program

    let target (sign: int) (atom: Atom) : Target =
        let sign = Exact.ofInt sign

        let enclosed (x: Exact) =
            {
                Lower = Exact.floor (sign * x)
                Upper = Exact.ceiling (sign * x)
            }

        let factors = List.map (fun (i, factor) -> i, enclosed factor) >> Array.ofList

        {
            Step = program.Output
            Values = factors atom.Outputs
            Inputs = factors atom.Inputs
            Constant = (enclosed atom.Constant).Lower
        }

    let targets =
        region.Violations
        |> List.map (List.map (target 1) >> Array.ofList)
        |> Array.ofList

    let mutable cell = Cell.root program.Arithmetic region
    let mutable ranges = { Low = [||]; High = [||] }
    let mutable opened = []
    // by violation: the part that is left
    let parts = Array.create targets.Length (struct ([||], [||]))

    /// The region's box, if nothing overflows in it.
    member _.Root: Result<Cell, string> =
        let root = Cell.root program.Arithmetic region

        if Seq.forall Double.IsFinite (Seq.append root.Least root.Greatest) then
            boxes.Evaluate(root.Least, root.Greatest, ValueNone, true, []) |> ignore

            if boxes.IsSmall then
                Ok root
            else
                Error "the network may overflow"
        else
            Error "a bound of an input is too large"

    member _.Boxes = boxes

    /// The function of a condition that is to be positive.
    member _.Target(violation: int, condition: int) : Target = targets[violation][condition]

    /// The ranges of the cell.
    member _.Ranges: Ranges = ranges

    /// The violations that are not refuted yet on the cell.
    member _.Open: int list = opened

    /// The number of conditions of a violation.
    member _.Conditions(violation: int) : int = targets[violation].Length

    /// Begins with a cell, or says why the bounds of arguments are not accepted.
    member _.Enter(next: Cell, backward: bool, arguments: ArgumentClaim list) : Result<unit, string> =
        cell <- next
        opened <- next.Open

        for violation in opened do
            parts[violation] <- struct (next.Least, next.Greatest)

        try
            ranges <- boxes.Evaluate(next.Least, next.Greatest, next.Known, backward, arguments)
            Ok()
        with :? ArgumentException as error ->
            Error error.Message

    /// <summary>Accepts a claim, or says why not.</summary>
    /// <remarks>From a lower bound B ≤ 0 at its corner, an input with a coefficient of at least a > 0 can move by at most -B / a
    /// before the condition is positive.</remarks>
    member _.Accept(claim: Claim) : Result<float, string> =
        if not (List.contains claim.Violation opened) then
            Error $"violation {claim.Violation} is refuted already, or does not exist"
        elif claim.Condition >= targets[claim.Violation].Length then
            Error $"violation {claim.Violation} has no condition {claim.Condition}"
        else
            try
                let bound =
                    boxes.Bound(targets[claim.Violation][claim.Condition], claim.Slopes, claim.Multipliers)

                let close () =
                    opened <- List.except [ claim.Violation ] opened

                if bound > 0.0 then
                    close ()
                    Ok bound
                elif not claim.IsCut || Double.IsNaN bound then
                    Error
                        $"condition {claim.Condition} of violation {claim.Violation} has the lower bound {bound}, which is not above 0"
                else
                    let struct (low, high) = parts[claim.Violation]
                    let low, high = Array.copy low, Array.copy high

                    for i in 0 .. low.Length - 1 do
                        let reach slope = Outward.up (-bound / slope)

                        let coefficient = boxes.Coefficient(0, i)

                        if coefficient.Lower > 0.0 then
                            high[i] <- min high[i] (Outward.up (cell.Least[i] + reach coefficient.Lower))
                        elif coefficient.Upper < 0.0 then
                            low[i] <- max low[i] (Outward.down (cell.Greatest[i] - reach -coefficient.Upper))

                    parts[claim.Violation] <- struct (low, high)

                    if Array.exists2 (fun (low: float) high -> low > high) low high then
                        close ()

                    Ok bound
            with :? ArgumentException as error ->
                Error error.Message

    /// What is left of the cell: the smallest box around the parts of all violations.
    member _.Rest: Cell =
        let hull choose (ends: struct (float[] * float[]) -> float[]) =
            opened
            |> List.map (fun violation -> ends parts[violation])
            |> List.reduce (Array.map2 choose)

        {
            Least = hull min (fun (struct (low, _)) -> low)
            Greatest = hull max (fun (struct (_, high)) -> high)
            Known = ValueSome ranges
            Open = opened
        }

    /// The cells that are left.
    member this.Divide(division: Division) : Result<Cell list, string> =
        match division with
        | Division.Closed when opened.IsEmpty -> Ok []
        | Division.Closed -> Error $"violation {opened.Head} is not refuted"
        | _ when opened.IsEmpty -> Error "nothing is left to divide"
        | Division.Cases when opened.Length < 2 -> Error "there is only one violation left"
        | Division.Cases ->
            let rest = this.Rest
            Ok [ for violation in opened -> { rest with Open = [ violation ] } ]
        | Division.Halves(axis, last) when axis < region.Box.Length ->
            let rest = this.Rest

            // real parts share their end; between float32 numbers there is nothing
            let first, isAllowed =
                match program.Arithmetic with
                | Arithmetic.Float32 ->
                    let first = float (MathF.BitIncrement(float32 last))

                    first,
                    float (float32 last) = last
                    && rest.Least[axis] <= last
                    && first <= rest.Greatest[axis]
                | Arithmetic.Real -> last, rest.Least[axis] < last && last < rest.Greatest[axis]

            if isAllowed then
                Ok
                    [
                        { rest with
                            Greatest = Array.updateAt axis last rest.Greatest
                        }
                        { rest with
                            Least = Array.updateAt axis first rest.Least
                        }
                    ]
            else
                Error $"input {axis} is not divided at {last} in its range"
        | Division.Signs unit when unit < boxes.Units ->
            let rest = this.Rest
            let struct (source, i) = boxes.Argument unit

            let with' (side: Ranges -> Ranges) =
                { rest with
                    Known = ValueSome(side ranges)
                }

            let changed (values: float[][]) value =
                Array.updateAt source (Array.updateAt i value values[source]) values

            if ranges.Low[source][i] < 0.0 && ranges.High[source][i] > 0.0 then
                Ok
                    [
                        with' (fun ranges ->
                            { ranges with
                                High = changed ranges.High (min 0.0 (ranges.High[source][i]))
                            })
                        with' (fun ranges ->
                            { ranges with
                                Low = changed ranges.Low (max 0.0 (ranges.Low[source][i]))
                            })
                    ]
            else
                Error $"the sign of unit {unit} is known already"
        | Division.Halves(axis, _) -> Error $"there is no input {axis}"
        | Division.Signs unit -> Error $"there is no unit {unit}"

    /// Whether all conditions of a violation are negative at a float32 point of the region.
    member _.IsViolated(point: float[]) : bool =
        let root = Cell.root program.Arithmetic region

        let holds =
            point
            |> Array.indexed
            |> Array.forall (fun (i, x) ->
                let least, greatest = region.Box[i]

                Double.IsFinite x
                && (match program.Arithmetic with
                    | Arithmetic.Float32 -> root.Least[i] <= x && x <= root.Greatest[i]
                    | Arithmetic.Real -> least <= Exact.ofFloat x && Exact.ofFloat x <= greatest))

        if point.Length <> region.Box.Length || not holds then
            false
        else
            boxes.Evaluate(point, point, ValueNone, true, []) |> ignore

            boxes.IsSmall
            && region.Violations
               |> List.exists (List.forall (fun atom -> boxes.Bound(target -1 atom, [||], [||]) > 0.0))
