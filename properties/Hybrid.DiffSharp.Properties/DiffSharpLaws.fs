namespace Hybrid.DiffSharp.Properties

open Hybrid.Core
open Hybrid.DiffSharp
open Hybrid.Testing

/// The laws of agreement with DiffSharp, on any row.
module DiffSharpLaws =
    /// The tolerance is relative to each number, or to a thousandth of the length of the whole if that is larger. A thousandth of
    /// it is allowed anywhere, for numbers that should be 0.
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

    /// A scalar of gradients, as curved as its parts, for second derivatives.
    let private slope gradients =
        gradients |> List.map Law.weighted |> List.fold (+) (Tensor.scalar 0.0)

    /// A row computed by DiffSharp's operations has the values of its definition.
    let values: Law =
        {
            Name = "DiffSharp's values = the reference's"
            Complaints =
                fun row case ->
                    let trace = Trace.ofCase row case

                    compareAll
                        "output"
                        (Trace.evaluate trace [ DiffSharpGradient.retraced trace.Output trace.Varied ])
                        (Trace.evaluate trace [ trace.Output ])
        }

    /// A law about the results of two sources of gradients on a row.
    let private agreement name what (theirs: Trace -> Tensor list) (ours: Trace -> Tensor list) : Law =
        {
            Name = name
            Complaints =
                fun row case ->
                    let trace = Trace.ofCase row case

                    compareAll what (Trace.evaluate trace (theirs trace)) (Trace.evaluate trace (ours trace))
        }

    let private gradientBy (gradient: Tensor -> Tensor list -> Tensor list) trace =
        gradient (Law.curved trace.Output) trace.Varied

    /// The gradients of a curved scalar of the output, by DiffSharp and by the graph's own rules.
    let gradients: Law =
        agreement
            "DiffSharp's gradients = the graph's"
            "gradient of operand"
            (gradientBy DiffSharpGradient.gradient)
            (gradientBy Derivative.gradient)

    /// The graph of our gradients, rebuilt from DiffSharp's operations.
    let gradientGraphs: Law =
        agreement
            "DiffSharp's values of the graph's gradients = the reference's"
            "graph of gradient"
            (fun trace ->
                gradientBy Derivative.gradient trace
                |> List.map (fun gradient -> DiffSharpGradient.retraced gradient trace.Varied))
            (gradientBy Derivative.gradient)

    /// Gradients of gradients: the outer ones by DiffSharp or by the graph, the inner ones by either too.
    let private second name outer inner =
        let ofTwo outer inner trace : Tensor list =
            outer (slope (gradientBy inner trace)) trace.Varied

        agreement
            name
            "second derivative of operand"
            (ofTwo outer inner)
            (ofTwo Derivative.gradient Derivative.gradient)

    /// DiffSharp's gradients of a scalar of our gradients.
    let secondDerivatives: Law =
        second
            "DiffSharp's gradients of the graph's gradients = the graph's"
            DiffSharpGradient.gradient
            Derivative.gradient

    /// The graph's gradients of a scalar of DiffSharp's.
    let derivativesOfTheirs: Law =
        second
            "the graph's gradients of DiffSharp's gradients = the graph's"
            Derivative.gradient
            DiffSharpGradient.gradient

    /// DiffSharp's gradients of a scalar of DiffSharp's gradients.
    let nested: Law =
        second
            "DiffSharp's gradients of DiffSharp's gradients = the graph's"
            DiffSharpGradient.gradient
            DiffSharpGradient.gradient

    /// The laws that every row must satisfy.
    let all =
        [
            values
            gradients
            gradientGraphs
            secondDerivatives
            derivativesOfTheirs
            nested
        ]
