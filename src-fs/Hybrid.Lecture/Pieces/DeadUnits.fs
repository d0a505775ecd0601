namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Diagnostics

/// Units that no longer learn.
module internal DeadUnits =
    /// <summary>The shares of a network's hidden units that are dead, and that no gradient reaches, on examples.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="network">With finite weights.</param>
    /// <param name="examples">All examples: a unit is dead if none of them activates it.</param>
    let measure (engine: Engine) (network: Network) (examples: Examples) : struct (float * float) =
        let hidden =
            (Units.ofNetwork engine network examples).Layers |> List.filter _.IsHidden

        let share count =
            float (List.sumBy count hidden) / float (hidden |> List.sumBy _.Units)

        struct (share _.Dead, share _.NoGradient)

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

    /// The parameters of the first hidden unit: its weights and bias, and the next layer's weights on it.
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

    /// <summary>The share of a classifier's hidden units with derivative 0 of every example's loss, in double precision: neither
    /// their weights nor their inputs learn from them.</summary>
    /// <param name="network">Layers of neurons or maxout units; the last gives the scores.</param>
    /// <param name="examples">All examples.</param>
    let withoutGradient (network: Network) (examples: Examples) : float =
        let x =
            Tensor.constant [ examples.Count; examples.Width ] (Array.map float examples.Features)

        let target =
            Tensor.constant [ examples.Count; 1 ] (Array.map float examples.Targets)

        // the outputs of layers with weights: of neurons the sum, of maxout the maximum, whose gradient is the winner's
        let through (x, sums) (layer: Layer) =
            let y = layer.Forward (List.map snd layer.Parameters) x
            y, (if layer.Parameters.IsEmpty then sums else y :: sums)

        let outputs, sums = List.fold through (x, []) network.Layers
        let hidden = List.tail sums

        let losses =
            Loss.perExample (Classification outputs.Shape[1]) Loss.softmax outputs target

        let dead (sum: Tensor) (gradient: float[]) =
            let units = sum.Shape[1]

            Seq.init units (fun unit ->
                Seq.forall
                    (fun example -> gradient[example * units + unit] = 0.0)
                    (seq { 0 .. examples.Count - 1 }))
            |> Seq.filter id
            |> Seq.length

        let gradients =
            Derivative.gradient (Tensor.sumAll losses) hidden |> Reference.evaluate []

        float (List.map2 dead hidden gradients |> List.sum)
        / float (hidden |> List.sumBy (fun sum -> sum.Shape[1]))
