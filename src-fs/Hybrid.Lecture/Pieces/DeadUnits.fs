namespace Hybrid.Lecture

open Hybrid.Core

/// Units that do not learn any more.
module DeadUnits =
    /// The sums and outputs of every layer that has an activation, first to last.
    let private hidden (network: Network) (x: Tensor) : (Tensor * Tensor) list =
        let through (layer: Layer) x =
            layer.Forward (List.map snd layer.Parameters) x

        ((x, []), network.Layers)
        ||> List.fold (fun (x, units) layer ->
            let y = through layer x
            y, (if layer.Kind = "linear" then units else (x, y) :: units))
        |> snd
        |> List.rev

    /// <summary>The shares of a network's hidden units that are dead, and that no gradient reaches, on examples.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="network">Linear layers and activations, with finite weights.</param>
    /// <param name="examples">As many as there are: a unit is dead if none of them wakes it.</param>
    let measure (engine: IKernels) (network: Network) (examples: Examples) : struct (float * float) =
        let x = Tensor.input "x" [ examples.Count; examples.Width ]

        // one number a unit: is there an example on which it is not 0?
        let any (y: Tensor) =
            Tensor.sum 0 (Tensor.step (Tensor.abs y))

        let counts =
            hidden network x
            |> List.collect (fun (sum, output) ->
                let slope = Derivative.gradient (Tensor.sumAll output) [ sum ] |> List.exactlyOne
                [ any output; any slope ])

        let values =
            Eager.evaluate engine [ "x", examples.Pick(examples.Width, examples.Features) ] counts
            |> List.chunkBySize 2

        let share index =
            let units = values |> Seq.collect (List.item index) |> Array.ofSeq
            let none = units |> Array.filter ((=) 0.0f)
            float none.Length / float units.Length

        struct (share 0, share 1)

    /// A network whose first unit is dead from the start: weights 0 and bias -1.
    let withDeadUnit (network: Network) : Network =
        network
        |> Network.map (fun name value ->
            match name, value.Shape with
            | "0.weight", [ _; inputs ] ->
                let numbers = Reference.value value
                Array.fill numbers 0 inputs 0.0
                Tensor.constant value.Shape numbers
            | "0.bias", _ -> Tensor.constant value.Shape (Array.updateAt 0 -1.0 (Reference.value value))
            | _ -> value)

    /// What belongs to the first hidden unit: its weights and bias, and the next layer's weights on it.
    let ofFirstUnit (network: Network) : float[] =
        Network.parameters network
        |> List.map (fun (name, value) ->
            let numbers = Reference.value value

            match name, value.Shape with
            | "0.weight", [ _; inputs ] -> numbers[.. inputs - 1]
            | "0.bias", _ -> numbers[..0]
            | "2.weight", [ units; inputs ] -> Array.init units (fun unit -> numbers[unit * inputs])
            | _ -> [||])
        |> Array.concat
