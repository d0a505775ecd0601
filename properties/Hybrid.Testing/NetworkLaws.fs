namespace Hybrid.Testing

open Hybrid.Core

/// Laws of whole networks: of the loss with respect to all parameters and the input, along one direction in each tensor.
module NetworkLaws =
    /// The slope of the loss along a direction in each tensor alone equals central differences, to 1e-7 of it or of a thousandth
    /// of the largest slope.
    let differences: Law =
        let complaints row case =
            let trace = Trace.ofCase row case

            let gradients =
                Derivative.gradient trace.Output trace.Varied |> Trace.evaluate trace

            let value = Trace.evaluate trace [ trace.Output ] |> List.exactlyOne
            let directions = Law.directions 70 trace
            let slopes = List.map2 (fun (_, v) g -> Law.dot g v) directions gradients

            let quotients =
                directions
                |> List.map (fun direction ->
                    Law.slope (fun t ->
                        Trace.evaluate (Trace.moved t [ direction ] trace) [ trace.Output ]
                        |> List.exactlyOne)
                    |> Array.exactlyOne)

            let noise = Law.quotientNoise (1.0 + Array.sumBy abs value)
            Law.differEach "slope along tensor" 1e-7 noise (Array.ofList slopes) (Array.ofList quotients)

        {
            Name = "reverse mode = central differences along a direction"
            Complaints = complaints
        }

    /// The laws that every random network must satisfy.
    let all =
        [
            differences
            GradientLaws.duality
            CurvatureLaws.orders
            CurvatureLaws.symmetry
        ]
