namespace Hybrid.Core

open System.Collections.Generic

/// Differentiation. It builds more graph, so every derivative can be differentiated again.
module Derivative =
    open Tensor

    let private refuseIntegers (output: Tensor) =
        match output.Node with
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.ArgMax, _, _, _)
                    Name = name
                },
                _) -> raise (NotDifferentiableException(name, "its result is an index, a whole number."))
        | _ -> ()

    /// The nodes of an order through which the output depends on any of the given tensors, including these.
    let private dependents (order: Tensor[]) (sources: Tensor list) : HashSet<Tensor> =
        let dependent = HashSet<Tensor>(sources, HashIdentity.Reference)

        for x in order do
            if Graph.operands x |> List.exists dependent.Contains then
                dependent.Add x |> ignore

        dependent

    /// <summary>Reverse mode: the cotangent of the output, carried back to each of the given tensors.</summary>
    /// <param name="output">Any tensor.</param>
    /// <param name="cotangent">Has the output's shape.</param>
    /// <param name="sources">Any tensors; the cotangent of one that the output does not depend on is zero.</param>
    /// <returns>One cotangent per source, of the source's shape: the vector–Jacobian product.</returns>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The cotangent's shape differs from the output's.</exception>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The output is an index.</exception>
    let reverse (output: Tensor) (cotangent: Tensor) (sources: Tensor list) : Tensor list =
        refuseIntegers output

        if cotangent.Shape <> output.Shape then
            raise (
                ShapeMismatchException(
                    "Vjp",
                    [ output.Shape; cotangent.Shape ],
                    "The cotangent must have the output's shape."
                )
            )

        let order = Graph.order [ output ]
        let dependent = dependents order sources
        let cotangents = Dictionary<Tensor, Tensor> HashIdentity.Reference
        cotangents[output] <- cotangent

        for x in Array.rev order do
            match x.Node, cotangents.TryGetValue x with
            // a zero cotangent contributes nothing
            | _, (true, Filled 0.0)
            | _, (false, _) -> ()
            | Apply(primitive, operands), (true, g) when operands |> List.exists dependent.Contains ->
                for operand, cotangent in List.zip operands (primitive.Vjp operands x g) do
                    if dependent.Contains operand then
                        cotangents[operand] <-
                            match cotangents.TryGetValue operand with
                            | true, sum -> sum + cotangent
                            | false, _ -> cotangent
            | _ -> ()

        sources
        |> List.map (fun source ->
            match cotangents.TryGetValue source with
            | true, cotangent -> cotangent
            | false, _ -> zerosLike source)

    /// <summary>Forward mode: the tangents of the given tensors, carried forward to the output.</summary>
    /// <param name="output">Any tensor.</param>
    /// <param name="tangents">Tensors, each with its tangent, of the same shape.</param>
    /// <returns>The output's tangent, of the output's shape: the Jacobian–vector product.</returns>
    /// <exception cref="T:Hybrid.ShapeMismatchException">A tangent's shape differs from its tensor's.</exception>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The output is an index.</exception>
    let forward (output: Tensor) (tangents: (Tensor * Tensor) list) : Tensor =
        refuseIntegers output

        for x, tangent in tangents do
            if tangent.Shape <> x.Shape then
                raise (
                    ShapeMismatchException(
                        "Jvp",
                        [ x.Shape; tangent.Shape ],
                        "A tangent must have its tensor's shape."
                    )
                )

        let known = Dictionary<Tensor, Tensor> HashIdentity.Reference

        for x, tangent in tangents do
            known[x] <- tangent

        let tangentOf x =
            match known.TryGetValue x with
            | true, tangent -> tangent
            | false, _ -> zerosLike x

        for x in Graph.order [ output ] do
            match x.Node with
            | Apply(primitive, operands) when operands |> List.exists known.ContainsKey ->
                match primitive.Jvp operands x (List.map tangentOf operands) with
                | Filled 0.0 -> ()
                | tangent -> known[x] <- tangentOf x + tangent
            | _ -> ()

        tangentOf output

    /// <summary>The gradient of a scalar with respect to each of the given tensors.</summary>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The output is not a scalar, or is an index.</exception>
    let gradient (output: Tensor) (sources: Tensor list) : Tensor list =
        if output.Shape <> [] then
            let reason =
                $"only a scalar has a gradient, and its shape is {Printable.integers output.Shape}. Sum or average it first."

            raise (NotDifferentiableException(string output, reason))

        reverse output (scalar 1.0) sources

/// <summary>A source of gradients: training and checks can use a different one instead of the graph's own rules.</summary>
[<NoComparison; ReferenceEquality>]
type GradientSource =
    {
        Name: string
        /// The gradient of a scalar with respect to each of the given tensors, as nodes of a graph.
        Gradient: Tensor -> Tensor list -> Tensor list
    }

module GradientSource =
    /// The graph's own rules, in reverse mode.
    let graph: GradientSource =
        {
            Name = "graph"
            Gradient = Derivative.gradient
        }
