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

    /// A scalar of gradients, as bent as its parts: what second derivatives are taken of.
    let private slope gradients =
        gradients |> List.map Law.weighted |> List.fold (+) (Tensor.scalar 0.0)

    /// What DiffSharp's operations make of a row has the numbers of its definition.
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

    /// A law on what two sources of gradients make of a row.
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

    /// The graph of our gradients, made of DiffSharp's operations.
    let gradientGraphs: Law =
        agreement
            "DiffSharp's values of the graph's gradients = the reference's"
            "graph of gradient"
            (fun trace ->
                gradientBy Derivative.gradient trace
                |> List.map (fun gradient -> DiffSharpGradient.retraced gradient trace.Varied))
            (gradientBy Derivative.gradient)

    /// Gradients of gradients: the outer ones by DiffSharp or by the graph, of inner ones by one of them too.
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

    /// DiffSharp's gradients of a scalar of its own.
    let nested: Law =
        second
            "DiffSharp's gradients of DiffSharp's gradients = the graph's"
            DiffSharpGradient.gradient
            DiffSharpGradient.gradient

    /// The laws that every row is held to.
    let all =
        [
            values
            gradients
            gradientGraphs
            secondDerivatives
            derivativesOfTheirs
            nested
        ]
