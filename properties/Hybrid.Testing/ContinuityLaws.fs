namespace Hybrid.Testing

open System
open Hybrid.Core

/// Laws about where primitives claim to jump.
module ContinuityLaws =
    /// The interval of 2⁻⁴⁵ within 0 … 1 on which bisection finds the largest change of a function, and how much it changes
    /// there and on the 1,024 times wider interval around it.
    let private steepest (f: float -> float[]) =
        let change a b =
            Array.fold2 (fun most x y -> max most (abs (x - y))) 0.0 a b

        let mutable lower, upper = 0.0, 1.0
        let mutable below, above = f lower, f upper
        let mutable around = infinity

        for halvings in 1..45 do
            if halvings = 36 then
                around <- change below above

            let middle = (lower + upper) / 2.0
            let between = f middle

            if change below between >= change between above then
                upper <- middle
                above <- between
            else
                lower <- middle
                below <- between

        struct (lower, upper, change below above, around)

    let private isFinite (boxes: (string * Interval[]) list) (outputs: Tensor list) =
        Enclosure.evaluate boxes outputs
        |> List.forall (Array.forall (fun x -> Double.IsFinite x.Lower && Double.IsFinite x.Upper))

    /// Values and derivatives jump only where a primitive says so.
    let claimed: Law =
        let complaints row case =
            let trace = Trace.ofCase row case

            let directions =
                trace.Values
                |> List.mapi (fun i (_, values) -> Law.direction (40 + i) values.Length)

            let at t =
                List.map2
                    (fun (name, values) direction -> name, Array.map2 (fun x d -> x + t * d) values direction)
                    trace.Values
                    directions

            let boxes =
                List.map2
                    (fun (name, a) (_, b) ->
                        name, Array.map2 (fun (a: float) b -> { Lower = min a b; Upper = max a b }) a b)
                    (at 0.0)
                    (at 1.0)

            let isContinuous =
                Graph.order [ trace.Output ]
                |> Array.forall (fun x ->
                    match x.Node with
                    | Apply(primitive, _) -> Continuity.isContinuous primitive.Continuity
                    | _ -> true)

            let isKnown =
                Graph.order [ trace.Output ]
                |> Array.forall (fun x ->
                    match x.Node with
                    | Apply({ Continuity = Continuity.Unknown }, _) -> false
                    | _ -> true)

            let pattern t =
                Kinks.pattern (fun _ -> true) (at t) [ trace.Output ]

            let check what mayJump (output: Tensor) =
                if isFinite boxes [ output ] then
                    let struct (lower, upper, change, around) =
                        steepest (fun t -> Reference.evaluate (at t) [ output ] |> List.exactlyOne)

                    // a slope of 1e6 changes less, and any slope changes 1,024 times as much on the wider interval; a jump is
                    // as large on both
                    let isJump = change > 1e-6 && change > 0.1 * around

                    if isJump && not (mayJump && pattern lower <> pattern upper) then
                        [ $"{what} jumps by {change:E2} where no primitive says so" ]
                    else
                        []
                else
                    []

            let slope () =
                let tangents =
                    List.map2
                        (fun (leaf: Tensor) direction -> leaf, Tensor.constant leaf.Shape direction)
                        trace.Leaves
                        directions

                Derivative.forward trace.Output tangents

            let isIndex =
                match trace.Output.Node with
                | Apply({
                            Kernel = Kernel.Reduce(Reduction.ArgMax, _, _, _)
                        },
                        _) -> true
                | _ -> false

            if not isKnown then
                []
            else
                check "the value" (not isContinuous) trace.Output
                @ (if isIndex then
                       []
                   else
                       check "the derivative" true (slope ()))

        {
            Name = "values and derivatives jump only where a primitive says so"
            Complaints = complaints
        }
