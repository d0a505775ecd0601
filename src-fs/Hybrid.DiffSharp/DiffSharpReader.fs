namespace Hybrid.DiffSharp

open System.Collections.Generic
open Hybrid.Core

/// The reader that takes values and gradients from DiffSharp, in float64.
module DiffSharpReader =
    /// The numbers of some nodes; those of sources are ones that derivatives are taken in.
    let private read (inputs: (string * float[]) list) (sources: Tensor list) (outputs: Tensor list) =
        let asked = HashSet<Tensor>(sources, HashIdentity.Reference)
        let known = Dictionary<Tensor, Number> HashIdentity.Reference

        for x in Graph.order (outputs @ sources) do
            let value =
                match x.Node with
                | Constant values -> Number.ofArray x.Shape values.AsDouble
                | Input name -> Number.ofArray x.Shape (Fold.given inputs name x.Shape)
                | Apply(primitive, operands) ->
                    operands
                    |> List.map (fun operand -> known[operand])
                    |> (Forms.ofPrimitive primitive).Apply x primitive

            known[x] <- if asked.Contains x then Number.varied value else value

        fun x -> known[x]

    /// <summary>The values of tensors, row-major, given those of their inputs by name.</summary>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has another number of elements, or a
    /// primitive has no form in DiffSharp.</exception>
    let evaluate (inputs: (string * float[]) list) (outputs: Tensor list) : float[] list =
        let numberOf = read inputs [] outputs
        outputs |> List.map (numberOf >> Number.toArray)

    let private refuse (output: Tensor) =
        match output.Node with
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.ArgMax, _, _, _)
                    Name = name
                },
                _) -> raise (NotDifferentiable(name, "its result is an index, a whole number."))
        | _ when output.Shape <> [] ->
            let reason =
                $"a gradient is that of a scalar, and its shape is %A{output.Shape}. Sum or average it first."

            raise (NotDifferentiable(string output, reason))
        | _ -> ()

    /// <summary>The values of the gradients of a scalar with respect to each of some tensors, by DiffSharp's reverse mode.</summary>
    /// <param name="inputs">The values of the graph's inputs, by name.</param>
    /// <param name="output">A scalar.</param>
    /// <param name="sources">Any tensors; the output need not depend on them, and then their gradient is zero.</param>
    /// <returns>One gradient per source, row-major.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiable">The output is not a scalar, or is an index.</exception>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has another number of elements, or a
    /// primitive has no form in DiffSharp.</exception>
    let gradientValues
        (inputs: (string * float[]) list)
        (output: Tensor)
        (sources: Tensor list)
        : float[] list =
        refuse output
        let numberOf = read inputs sources [ output ]
        (numberOf output).reverse()
        sources |> List.map (numberOf >> Number.cotangent)

    let private leaves (output: Tensor) (sources: Tensor list) : Tensor list =
        Graph.order (output :: sources)
        |> Seq.filter (fun x ->
            match x.Node with
            | Input _ -> true
            | Constant _
            | Apply _ -> false)
        |> List.ofSeq

    let private nameOf (x: Tensor) : string =
        match x.Node with
        | Input name -> name
        | Constant _
        | Apply _ -> invalidArg (nameof x) "A leaf is an input."

    /// <summary>The gradient of a scalar with respect to each of some tensors, as <c>Derivative.gradient</c> gives it: nodes
    /// of the graph, which any reader computes, in double precision and by DiffSharp.</summary>
    /// <param name="output">A scalar.</param>
    /// <param name="sources">Any tensors; the output need not depend on them, and then their gradient is zero.</param>
    /// <returns>One gradient per source, of its shape. It is no graph of operations, so it has no derivative, no bounds and
    /// no ONNX form: asking for them raises.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiable">The output is not a scalar, or is an index.</exception>
    let gradient (output: Tensor) (sources: Tensor list) : Tensor list =
        refuse output
        let leaves = leaves output sources
        let names = leaves |> List.map nameOf
        let name = "DiffSharpGradient"

        let refuseDerivative () =
            raise (NotDifferentiable(name, "DiffSharp gives numbers, not a graph; take Derivative.gradient."))

        let refuseForm what =
            raise (HybridException $"A gradient by DiffSharp has no {what}; take Derivative.gradient.")

        let sizes = sources |> List.map (fun source -> Shape.size source.Shape)

        // all gradients one behind the other, so that a single pass gives them
        let together =
            Tensor.apply
                [ List.sum sizes ]
                leaves
                {
                    Name = name
                    Vjp = fun _ _ _ -> refuseDerivative ()
                    Jvp = fun _ _ _ -> refuseDerivative ()
                    Reference =
                        fun operands ->
                            gradientValues (List.zip names operands) output sources |> Array.concat
                    Enclosure = fun _ -> refuseForm "bounds"
                    Continuity = Continuity.Unknown
                    Rounding = RoundingRule.Unknown
                    Kernel = Kernel.Definition
                    Onnx = fun _ _ -> refuseForm "ONNX form"
                }

        List.map3
            (fun start size (source: Tensor) ->
                Tensor.slice 0 start size together |> Tensor.reshape source.Shape)
            (List.take sizes.Length (List.scan (+) 0 sizes))
            sizes
            sources

    /// DiffSharp in the place of the graph's own rules, for training and checks.
    let source: GradientSource =
        {
            Name = "DiffSharp"
            Gradient = gradient
        }
