namespace Hybrid.DiffSharp

open System.Collections.Generic
open Hybrid.Core

/// <summary>Gradients by DiffSharp's reverse mode, as nodes of the graph.</summary>
/// <remarks>DiffSharp differentiates tensors whose raw operations make nodes: it runs once per graph, not once per step, and its
/// result is computed, compiled, bounded, exported and differentiated again like any graph.</remarks>
module DiffSharpGradient =
    /// The DiffSharp numbers of all nodes. Nodes that do not depend on a source are constants.
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

                    // a node that shares its operand's number would also receive the operand's cotangent
                    if asked.Contains x then
                        Number.varied (value + 0.0)
                    else
                        value
                | _ when asked.Contains x -> Number.varied (Number.ofNode x)
                | _ -> Number.ofNode x

        fun x -> known[x]

    /// The same tensor, built from DiffSharp's operations as far as it depends on the sources.
    let internal retraced (output: Tensor) (sources: Tensor list) : Tensor =
        Number.toNode (traced output sources output)

    /// <summary>The gradient of a scalar with respect to each of the given tensors, by DiffSharp's reverse mode.</summary>
    /// <param name="output">A scalar.</param>
    /// <param name="sources">Any tensors; the gradient of one that the output does not depend on is zero.</param>
    /// <returns>One gradient per source, of the source's shape, as nodes of the graph.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The output is not a scalar, or is an index.</exception>
    /// <exception cref="T:Hybrid.HybridException">A primitive between them has no form in DiffSharp.</exception>
    let gradient (output: Tensor) (sources: Tensor list) : Tensor list =
        // raises the errors that every source of gradients raises
        Derivative.gradient output [] |> ignore
        let numberOf = traced output sources
        (numberOf output).reverse()
        sources |> List.map (numberOf >> Number.cotangent)

    /// DiffSharp in place of the graph's own rules, for training and checks.
    let source: GradientSource =
        {
            Name = "diffsharp"
            Gradient = gradient
        }
