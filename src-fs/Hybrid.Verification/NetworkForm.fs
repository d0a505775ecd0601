namespace Hybrid.Verification

open System.Collections.Generic
open Hybrid.Core

/// Networks as blocks.
module internal NetworkForm =
    let private input = "x"

    /// The points at which the form is compared with the definition.
    let private points = 3

    /// The graph with its constants as float32, which the form has them in.
    let private withSingles (output: Tensor) : Tensor =
        let rounded = Dictionary<Tensor, Tensor> HashIdentity.Reference

        for x in Graph.order [ output ] do
            rounded[x] <-
                match x.Node with
                | Constant values ->
                    { x with
                        Node = Constant(Single values.AsSingle)
                    }
                | Input _ -> x
                | Apply(primitive, operands) ->
                    { x with
                        Node = Apply(primitive, operands |> List.map (fun operand -> rounded[operand]))
                    }

        rounded[output]

    /// Checks the form against the definition of its graph at points of a box: nothing is proved from a form that is wrong.
    let private check (form: BlockForm) (output: Tensor) (box: Interval[]) =
        let uniforms = Array.zeroCreate<float32>(points * form.Inputs)
        Random.fill 7UL 0UL (System.Span uniforms)

        for point in 0 .. points - 1 do
            let x =
                box
                |> Array.mapi (fun i range ->
                    let t = float uniforms[point * form.Inputs + i]
                    range.Lower + t * (range.Upper - range.Lower))

            let expected = Reference.evaluate [ input, x ] [ output ] |> List.exactlyOne
            let actual = BlockForm.evaluate form x
            let scale = expected |> Array.fold (fun scale y -> max scale (abs y)) 1.0

            for i in 0 .. expected.Length - 1 do
                // where a function is not defined, bounds are not either
                let isDefined = not (System.Double.IsNaN expected[i])

                if isDefined && not (abs (expected[i] - actual[i]) <= 1e-5 * scale) then
                    raise (
                        HybridException
                            $"The network cannot be verified: its primitives' kernels and definitions disagree, {actual[i]} and {expected[i]} for output {i}."
                    )

    /// <summary>A network for one example as blocks.</summary>
    /// <param name="arithmetic">What it is computed in.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="box">Of inputs, for the check against the definition.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <exception cref="T:Hybrid.HybridException">A primitive has no rule.</exception>
    let read (arithmetic: Arithmetic) (inputs: int) (box: Interval[]) (network: Network) : BlockForm =
        let output = Network.forward network (Tensor.input input [ 1; inputs ])
        let form = BlockReader(arithmetic, input, box).Read output

        check
            form
            (match arithmetic with
             | Arithmetic.Float32 -> withSingles output
             | Arithmetic.Real -> output)
            box

        form
