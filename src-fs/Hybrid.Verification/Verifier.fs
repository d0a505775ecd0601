namespace Hybrid.Verification

open System
open Hybrid.Core

/// What is known about a property of a network.
[<RequireQualifiedAccess; NoComparison>]
type Verdict =
    /// It holds: its violations are unsatisfiable. This is proved.
    | Unsat
    /// It is violated at these inputs: the outputs that float32 computes there, in any order of summation, violate it strictly.
    | Sat of inputs: float32[]
    /// Neither could be proved.
    | Unknown of reason: string
    /// The limits were reached first.
    | Timeout

/// A verdict, with what was done for it.
[<NoComparison>]
type Verification =
    {
        Verdict: Verdict
        /// The number of boxes whose bounds were computed.
        Boxes: int64
        /// The share of the regions on which all violations are refuted: of each, by halvings, on average.
        Proved: float
        /// What the caller should know, such as inputs that have no float32 value.
        Remarks: string list
    }

/// <summary>Proves properties of networks, or finds violations.</summary>
/// <remarks>Backward linear bounds and input splitting: Zhang et al., "Efficient neural network robustness certification with
/// general activation functions" (2018); Bunel et al., "Branch and bound for piecewise linear neural network verification" (2020).
/// Bounds contain what float32 computes on any engine, and the verifier's own rounding.</remarks>
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Verifier =
    /// A billion boxes, one thread, no other limit.
    let unlimited: Limits =
        {
            Boxes = 1_000_000_000L
            Stop = fun () -> false
            Threads = 1
            Waiting = 100_000
            Attack = true
        }

    let private unknown reason = Verdict.Unknown reason

    /// The inputs of a region: bounds for the proof, and float32 numbers for the search; and what is to be said about it.
    let private box (arithmetic: Arithmetic) (region: Region) =
        let ranges =
            region.Box
            |> Array.map (fun (least, greatest) ->
                struct (Exact.ceilingSingle least, Exact.floorSingle greatest))

        let isEmpty (struct (low: float32, high: float32)) = not (low <= high)

        // where no float32 number lies between the bounds, its neighbours stand for it
        let singles =
            Array.map2
                (fun range (least, greatest) ->
                    if isEmpty range then
                        struct (Exact.floorSingle least, Exact.ceilingSingle greatest)
                    else
                        range)
                ranges
                region.Box

        let remarks =
            ranges
            |> Array.indexed
            |> Array.filter (snd >> isEmpty)
            |> Array.map (fun (i, _) ->
                let least, greatest = region.Box[i]
                $"Input {i} has no float32 number from {least} to {greatest}: the two neighbours stand for it.")
            |> List.ofArray

        let lower, upper =
            match arithmetic with
            | Arithmetic.Float32 ->
                singles |> Array.map (fun (struct (low, _)) -> float low),
                singles |> Array.map (fun (struct (_, high)) -> float high)
            | Arithmetic.Real ->
                region.Box |> Array.map (fst >> Exact.floor), region.Box |> Array.map (snd >> Exact.ceiling)

        lower, upper, singles, remarks

    /// Whether the network is defined in a box and nothing in it can overflow: noise is at least a unit roundoff of what is summed.
    let private isFinite (engine: Engine) (padded: Padded) (lower: float[]) (upper: float[]) : bool =
        let bounds = Bounds(padded, engine, 1)
        bounds.Boxes.SetInput(0, lower, upper)
        bounds.Boxes.Inherit(0, null)
        bounds.Compute(1, true)

        Overflow(padded).IsExcluded(bounds.Boxes, 0)

    /// The verdict where nothing is asserted of the outputs: any input is a violation.
    let private anywhere arithmetic (remarks: string list) (singles: struct (float32 * float32)[]) =
        if remarks.IsEmpty || arithmetic = Arithmetic.Float32 then
            Verdict.Sat(singles |> Array.map (fun (struct (low, _)) -> low))
        else
            unknown "no input of the box is a float32 number."

    let private region engine arithmetic limits (property: Property) network doubt (region: Region) =
        let lower, upper, singles, remarks = box arithmetic region

        let intervals =
            Array.map2 (fun lower upper -> { Lower = lower; Upper = upper }) lower upper

        if Array.exists (fun x -> not (Double.IsFinite x.Lower && Double.IsFinite x.Upper)) intervals then
            raise (PropertyException(0, 0, "a bound of an input is too large for float32."))

        let form = NetworkForm.read arithmetic property.Inputs intervals network

        if form.Output.Size <> property.Outputs then
            raise (
                PropertyException(
                    0,
                    0,
                    $"the property is about {property.Outputs} outputs, and the network has {form.Output.Size}."
                )
            )

        let padded = Padded.createUntil limits.Stop form
        let goals = Goals.create form region |> Goals.doubted doubt region

        let attack =
            // in real arithmetic, a violation must lie between the decimals themselves
            if
                limits.Attack
                && not (List.exists List.isEmpty region.Violations)
                && (remarks.IsEmpty || arithmetic = Arithmetic.Float32)
            then
                Some(lazy (Attack(engine, network, property, region)))
            else
                None

        let search = Search(engine, padded, goals, attack, arithmetic, limits)

        let decide () =
            if not (isFinite engine padded lower upper) then
                unknown "the network may overflow float32, or is not defined in the whole box."
            elif List.exists List.isEmpty region.Violations then
                anywhere arithmetic remarks singles
            else
                match search.Run(lower, upper, singles) with
                | Outcome.Refuted -> Verdict.Unsat
                | Outcome.Violated point -> Verdict.Sat point
                | Outcome.Undecided ->
                    unknown
                        "boxes remain that cannot be split: rounding decides there, or a boundary is touched."
                | Outcome.Stopped -> Verdict.Timeout

        let verdict =
            try
                decide ()
            with :? OperationCanceledException ->
                Verdict.Timeout

        verdict, search.Boxes, search.Proved, remarks

    /// <summary>Proves a property of a network, or finds a violation.</summary>
    /// <param name="engine">Computes; the answer does not depend on it. It should have one thread, since boxes are shared among
    /// threads.</param>
    /// <param name="arithmetic">What the network is computed in.</param>
    /// <param name="limits">How far to go.</param>
    /// <param name="property">What is to be proved.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <exception cref="T:Hybrid.PropertyException">The property's sizes are not the network's.</exception>
    /// <exception cref="T:Hybrid.HybridException">A primitive of the network has no rule.</exception>
    let verify
        (engine: Engine)
        (arithmetic: Arithmetic)
        (limits: Limits)
        (property: Property)
        (network: Network)
        : Verification =
        let struct (network, doubt) = Scores.ofNetwork arithmetic property network

        let rec through regions (sofar: Verification) =
            match regions with
            | [] -> sofar
            | next :: rest ->
                let verdict, boxes, proved, remarks =
                    try
                        region engine arithmetic limits property network doubt next
                    with :? OperationCanceledException ->
                        // the time was over before the search began
                        Verdict.Timeout, 0L, 0.0, []

                let sofar =
                    {
                        Verdict =
                            match sofar.Verdict, verdict with
                            | Verdict.Unsat, verdict -> verdict
                            // a region that is not proved may still have a successor that is violated
                            | _, Verdict.Sat _ -> verdict
                            | before, _ -> before
                        Boxes = sofar.Boxes + boxes
                        Proved = sofar.Proved + proved / float property.Regions.Length
                        Remarks = sofar.Remarks @ remarks
                    }

                match verdict with
                | Verdict.Sat _
                | Verdict.Timeout -> sofar
                | _ -> through rest sofar

        let found =
            through
                property.Regions
                {
                    Verdict = Verdict.Unsat
                    Boxes = 0L
                    Proved = 0.0
                    Remarks = []
                }

        // a sum of many shares is rounded
        { found with
            Proved = if found.Verdict.IsUnsat then 1.0 else min 1.0 found.Proved
        }

    /// <summary>Proves a property of a network, or finds a violation, and gives the proof of that.</summary>
    /// <param name="engine">As for verify.</param>
    /// <param name="arithmetic">As for verify.</param>
    /// <param name="limits">As for verify.</param>
    /// <param name="property">What is to be proved.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <returns>What verify returns, and the proof of its verdict where there is one.</returns>
    let prove
        (engine: Engine)
        (arithmetic: Arithmetic)
        (limits: Limits)
        (property: Property)
        (network: Network)
        : Verification * Proof option =
        let found = verify engine arithmetic limits property network

        let proof =
            match found.Verdict with
            | Verdict.Unsat -> Some(Proof(arithmetic, property, network, None))
            | Verdict.Sat inputs -> Some(Proof(arithmetic, property, network, Some inputs))
            | _ -> None

        found, proof
