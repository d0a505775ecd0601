namespace Hybrid.DiffSharp

open System.Collections.Generic
open Hybrid.Core

/// <summary>Gradients by DiffSharp's reverse mode, as nodes of the graph.</summary>
/// <remarks>DiffSharp differentiates tensors whose raw operations make nodes: it runs once for each graph, not for each step,
/// and what it leaves behind is computed, compiled, bounded, exported and differentiated again like any graph.</remarks>
module DiffSharpGradient =
    /// The numbers of all nodes in DiffSharp. Those that no source leads to are constants.
    let private traced (output: Tensor) (sources: Tensor list) : Tensor -> Number =
        let asked = HashSet<Tensor>(sources, HashIdentity.Reference)
        let dependent = HashSet<Tensor>(sources, HashIdentity.Reference)
        let known = Dictionary<Tensor, Number> HashIdentity.Reference

        for x in Graph.order (output :: sources) do
            known[x] <-
                match x.Node with
                | Apply(primitive, operands) when List.exists dependent.Contains operands ->
                    dependent.Add x |> ignore

                    let value =
                        operands
                        |> List.map (fun operand -> known[operand])
                        |> (Forms.ofPrimitive primitive).Apply x primitive

                    // one that is its operand's number would take the operand's cotangent for its own
                    if asked.Contains x then
                        Number.varied (value + 0.0)
                    else
                        value
                | _ when asked.Contains x -> Number.varied (Number.ofNode x)
                | _ -> Number.ofNode x

        fun x -> known[x]

    /// The same tensor made of DiffSharp's operations, as far as it depends on the sources.
    let internal retraced (output: Tensor) (sources: Tensor list) : Tensor =
        Number.toNode (traced output sources output)

    /// <summary>The gradient of a scalar with respect to each of some tensors, by DiffSharp's reverse mode.</summary>
    /// <param name="output">A scalar.</param>
    /// <param name="sources">Any tensors; the output need not depend on them, and then their gradient is zero.</param>
    /// <returns>One gradient per source, of its shape, as nodes of the graph.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiable">The output is not a scalar, or is an index.</exception>
    /// <exception cref="T:Hybrid.HybridException">A primitive between them has no form in DiffSharp.</exception>
    let gradient (output: Tensor) (sources: Tensor list) : Tensor list =
        // refuses what no source of gradients takes
        Derivative.gradient output [] |> ignore
        let numberOf = traced output sources
        (numberOf output).reverse()
        sources |> List.map (numberOf >> Number.cotangent)

    /// DiffSharp in the place of the graph's own rules, for training and checks.
    let source: GradientSource =
        {
            Name = "diffsharp"
            Gradient = gradient
        }
