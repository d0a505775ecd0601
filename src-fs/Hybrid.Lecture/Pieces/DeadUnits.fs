namespace Hybrid.Lecture

open Hybrid.Core

/// Units that do not learn any more.
module DeadUnits =
    /// <summary>The shares of a network's hidden units that are dead, and that no gradient reaches, on examples.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="network">With finite weights.</param>
    /// <param name="examples">As many as there are: a unit is dead if none of them wakes it.</param>
    let measure (engine: IKernels) (network: Network) (examples: Examples) : struct (float * float) =
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
