namespace Hybrid.Testing

open Hybrid.Core

/// Laws of second derivatives: of the Hessian H of a curved scalar of a row's result.
module CurvatureLaws =
    let private gradientOf (trace: Trace) objective =
        Derivative.gradient objective trace.Varied

    /// Σ over the leaves of the inner products of two lists of tensors.
    let private inner (a: Tensor list) (b: Tensor list) =
        List.map2 (fun (a: Tensor) b -> Tensor.sumAll (a * b)) a b |> List.reduce (+)

    /// Hv as the gradient of the slope along v, where the slope is computed by reverse mode.
    let private hessianTimes trace objective directions =
        let slope =
            inner (gradientOf trace objective) (List.map snd (Law.tangents directions))

        gradientOf trace slope

    let private joined (parts: float[] list) = Array.concat parts

    /// Reverse over reverse, forward over reverse and reverse over forward mode give the same Hv, to 1e-10.
    let orders: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let objective = Law.curved trace.Output
            let directions = Law.directions 20 trace
            let along = Law.tangents directions
            let reverseReverse = hessianTimes trace objective directions

            let forwardReverse =
                gradientOf trace objective |> List.map (fun g -> Derivative.forward g along)

            let reverseForward = gradientOf trace (Derivative.forward objective along)
            let values tensors = Trace.evaluate trace tensors |> joined
            let expected = values reverseReverse
            let allowed = 1e-10 * (1.0 + Law.norm expected)

            let compare what tensors =
                List.concat (Seq.map2 (Law.differ what allowed) (values tensors) expected)

            compare "forward over reverse" forwardReverse
            @ compare "reverse over forward" reverseForward

        {
            Name = "the modes agree in second order"
            Complaints = complaints
        }

    /// vᵀHw = wᵀHv to 1e-10.
    let symmetry: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let objective = Law.curved trace.Output
            let v = Law.directions 30 trace
            let w = Law.directions 40 trace

            let times directions =
                hessianTimes trace objective directions |> Trace.evaluate trace |> joined

            let flat directions = directions |> List.map snd |> joined
            let hv, hw = times v, times w

            let size = Law.magnitude (flat v) hw + Law.magnitude (flat w) hv

            Law.differ "vᵀHw" (1e-10 * (1.0 + size)) (Law.dot (flat v) hw) (Law.dot (flat w) hv)

        {
            Name = "the Hessian is symmetric"
            Complaints = complaints
        }

    /// Hv equals central differences of the gradient, to 1e-7.
    let differences: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let objective = Law.curved trace.Output
            let gradient = gradientOf trace objective
            let directions = Law.directions 50 trace

            let actual =
                hessianTimes trace objective directions |> Trace.evaluate trace |> joined

            let expected =
                Law.slope (fun t -> Trace.evaluate (Trace.moved t directions trace) gradient |> joined)

            let noise =
                Law.quotientNoise (1.0 + Law.norm (joined (Trace.evaluate trace gradient)))

            Law.differEach "Hv" 1e-7 noise actual expected

        {
            Name = "the Hessian = central differences of the gradient"
            Complaints = complaints
        }

    /// <summary>The remainders R(t) = |f(x + tv) - f(x) - t∇f·v| at t and t/2, and |vᵀHv|, for a scalar f of a row's
    /// result.</summary>
    let private remainders objective (trace: Trace) (t: float) =
        let directions = Law.directions 60 trace
        let flat = directions |> List.map snd |> joined
        let f = objective trace.Output

        let slope = Law.dot flat (gradientOf trace f |> Trace.evaluate trace |> joined)

        let value t =
            Trace.evaluate (Trace.moved t directions trace) [ f ]
            |> List.exactlyOne
            |> Array.exactlyOne

        let remainder t = abs (value t - value 0.0 - t * slope)

        let curvature =
            hessianTimes trace f directions
            |> Trace.evaluate trace
            |> joined
            |> Law.dot flat
            |> abs

        struct (remainder t, remainder (t / 2.0), curvature, abs (value 0.0) + abs slope)

    /// R(t/2)/R(t), which is ¼ to first order, unless vᵀHv is tiny: then it cannot be measured. The step is short enough to make
    /// the third order small beside a vᵀHv that is not tiny, and long enough to make rounding small.
    let taylorRatio (row: Row) (case: Case) : float voption =
        let trace = Trace.ofCase row case
        let struct (whole, half, curvature, size) = remainders Law.curved trace 1e-4

        if curvature <= 0.01 * (0.1 + size) then
            ValueNone
        else
            ValueSome(half / whole)

    /// Halving the step reduces the Taylor remainder to between 0.2 and 0.3 of it.
    let taylor: Law =
        {
            Name = "the Taylor remainder is of second order"
            Complaints =
                fun row case ->
                    match taylorRatio row case with
                    | ValueSome ratio -> Law.differ "R(t/2)/R(t)" 0.05 ratio 0.25
                    | ValueNone -> []
        }

    /// A linear row leaves no remainder, however long the step: to 1e-12.
    let linear: Law =
        let complaints row case =
            if row.Linear then
                let trace = Trace.ofCase row case
                let struct (remainder, _, curvature, size) = remainders Law.weighted trace 1.0

                Law.differ "R(1)" (1e-12 * (1.0 + size)) remainder 0.0
                @ Law.differ "vᵀHv" (1e-12 * (1.0 + size)) curvature 0.0
            else
                []

        {
            Name = "a linear row leaves no Taylor remainder"
            Complaints = complaints
        }

    /// All laws of second derivatives.
    let all = [ orders; symmetry; differences; taylor; linear ]
