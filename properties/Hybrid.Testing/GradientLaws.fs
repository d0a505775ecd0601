namespace Hybrid.Testing

open Hybrid.Core

/// Laws of first derivatives.
module GradientLaws =
    let private kinkNote (trace: Trace) (moved: Trace list) =
        let here = Trace.pattern trace

        if moved |> List.exists (fun trace -> Trace.pattern trace <> here) then
            [
                "The step of the difference quotient crosses a kink: the generator must avoid it."
            ]
        else
            []

    /// The gradient of each operand equals central differences of the same graph, element by element, to 1e-7.
    let differences: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let objective = Law.weighted trace.Output
            let gradients = Derivative.gradient objective trace.Varied |> Trace.evaluate trace
            let output = Trace.evaluate trace [ trace.Output ] |> List.exactlyOne
            let noise = Law.quotientNoise (1.0 + Array.sumBy abs output)

            List.zip trace.Varied gradients
            |> List.collect (fun (leaf, gradient) ->
                let axis i =
                    [ leaf, Array.init gradient.Length (fun j -> if i = j then 1.0 else 0.0) ]

                let quotients =
                    Array.init gradient.Length (fun i ->
                        Law.slope (fun t ->
                            Trace.evaluate (Trace.moved t (axis i) trace) [ objective ] |> List.exactlyOne)
                        |> Array.exactlyOne)

                let found =
                    Law.differEach $"gradient of operand {Trace.nameOf leaf}" 1e-7 noise gradient quotients

                if found.IsEmpty then
                    []
                else
                    let ends =
                        [
                            for i in 0 .. gradient.Length - 1 do
                                for t in [ Law.step; -Law.step ] -> Trace.moved t (axis i) trace
                        ]

                    found @ kinkNote trace ends)

        {
            Name = "reverse mode = central differences"
            Complaints = complaints
        }

    /// uᵀ(Jv) = (Jᵀu)ᵀv to 1e-12, for a direction in each operand alone and in all of them together.
    let duality: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let cotangent = Law.directionOf 2 trace.Output.Shape
            let directions = Law.directions 10 trace

            let back =
                Derivative.reverse trace.Output cotangent trace.Varied |> Trace.evaluate trace

            let compare what chosen =
                let pairs =
                    List.zip directions back
                    |> List.filter (fun ((leaf, _), _) -> List.contains leaf chosen)

                let forward =
                    pairs
                    |> List.map fst
                    |> Law.tangents
                    |> Derivative.forward trace.Output
                    |> List.singleton
                    |> Trace.evaluate trace
                    |> List.exactlyOne

                let u = cotangent |> List.singleton |> Trace.evaluate trace |> List.exactlyOne
                let backward = pairs |> List.sumBy (fun ((_, v), g) -> Law.dot g v)

                let size =
                    Law.magnitude u forward
                    + List.sumBy (fun ((_, v), g) -> Law.magnitude g v) pairs

                Law.differ $"uᵀ(Jv) for {what}" (1e-12 * (1.0 + size)) (Law.dot u forward) backward

            let alone =
                trace.Varied
                |> List.collect (fun leaf -> compare $"operand {Trace.nameOf leaf}" [ leaf ])

            alone @ compare "all operands" trace.Varied

        {
            Name = "forward and reverse mode are dual"
            Complaints = complaints
        }

    /// The vjp of αu + βw is α times that of u plus β times that of w, to 1e-12.
    let linearity: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let u = Law.directionOf 3 trace.Output.Shape
            let w = Law.directionOf 4 trace.Output.Shape
            let alpha, beta = 0.75, -1.5

            let back cotangent =
                Derivative.reverse trace.Output cotangent trace.Varied |> Trace.evaluate trace

            let mixed = back (alpha * u + beta * w)

            List.map3
                (fun leaf (ofU, ofW) mixed ->
                    let expected = Array.map2 (fun a b -> alpha * a + beta * b) ofU ofW

                    let allowed = 1e-12 * (1.0 + Law.norm ofU + Law.norm ofW)

                    List.concat (
                        Seq.map2 (Law.differ $"vjp of operand {Trace.nameOf leaf}" allowed) mixed expected
                    ))
                trace.Varied
                (List.zip (back u) (back w))
                mixed
            |> List.concat

        {
            Name = "the vjp is linear in the cotangent"
            Complaints = complaints
        }

    /// All laws of first derivatives.
    let all = [ differences; duality; linearity ]
