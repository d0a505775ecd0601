namespace Hybrid.DiffSharp.Properties

open Hybrid.Core
open Hybrid.DiffSharp
open Hybrid.Testing

/// What DiffSharp has to agree with, on any row.
module DiffSharpLaws =
    /// Relative to each number, or to a thousandth of the whole's length if that is more. A thousandth of it is allowed
    /// anywhere, for what should be 0.
    let private tolerance = 1e-9

    let private compare what (actual: float[]) (expected: float[]) =
        if actual.Length <> expected.Length then
            [ $"{what}: {actual.Length} numbers, not {expected.Length}" ]
        else
            Law.differEach what tolerance (1e-3 * tolerance) actual expected

    let private compareAll what actual expected =
        List.zip actual expected
        |> List.indexed
        |> List.collect (fun (i, (actual, expected)) -> compare $"{what} {i}" actual expected)

    /// The numbers of DiffSharp are those of the definitions.
    let values: Law =
        {
            Name = "DiffSharp's values = the reference's"
            Complaints =
                fun row case ->
                    let trace = Trace.ofCase row case

                    compareAll
                        "output"
                        (DiffSharpReader.evaluate trace.Values [ trace.Output ])
                        (Trace.evaluate trace [ trace.Output ])
        }

    /// The gradients of a curved scalar of the output, by DiffSharp and by the graph's own rules.
    let gradients: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let objective = Law.curved trace.Output

            compareAll
                "gradient of operand"
                (DiffSharpReader.gradientValues trace.Values objective trace.Varied)
                (Derivative.gradient objective trace.Varied |> Trace.evaluate trace)

        {
            Name = "DiffSharp's gradients = the graph's"
            Complaints = complaints
        }

    /// The graph of our gradients, computed by DiffSharp.
    let gradientGraphs: Law =
        let complaints row case =
            let trace = Trace.ofCase row case

            let gradients = Derivative.gradient (Law.weighted trace.Output) trace.Varied

            compareAll
                "graph of gradient"
                (DiffSharpReader.evaluate trace.Values gradients)
                (Trace.evaluate trace gradients)

        {
            Name = "DiffSharp's values of the graph's gradients = the reference's"
            Complaints = complaints
        }

    /// Derivatives of derivatives: DiffSharp's gradients of a scalar of our gradients.
    let secondDerivatives: Law =
        let complaints row case =
            let trace = Trace.ofCase row case

            let slope =
                Derivative.gradient (Law.curved trace.Output) trace.Varied
                |> List.map Law.weighted
                |> List.fold (+) (Tensor.scalar 0.0)

            compareAll
                "second derivative of operand"
                (DiffSharpReader.gradientValues trace.Values slope trace.Varied)
                (Derivative.gradient slope trace.Varied |> Trace.evaluate trace)

        {
            Name = "DiffSharp's gradients of the graph's gradients = the graph's"
            Complaints = complaints
        }

    /// The laws that every row is held to.
    let all = [ values; gradients; gradientGraphs; secondDerivatives ]
