namespace Hybrid.Core

open System.Collections.Generic

/// <summary>A sequence of layers: a value. Networks compose with >=>, and the empty network is the identity.</summary>
[<ReferenceEquality; NoComparison>]
type Network =
    {
        Layers: Layer list
    }

    /// The first network's output is the second one's input.
    static member (>=>)(first: Network, second: Network) =
        {
            Layers = first.Layers @ second.Layers
        }

module Network =
    /// The network without layers, the identity.
    let empty = { Layers = [] }

    /// A network of one layer.
    let ofLayer layer = { Layers = [ layer ] }

    /// The name of a layer's parameter in its network, such as "0.weight": unique, and the same in every file.
    let parameterName (index: int) (name: string) = string index + "." + name

    /// All parameters with their names, in order.
    let parameters (network: Network) : (string * Tensor) list =
        network.Layers
        |> List.mapi (fun index layer ->
            layer.Parameters
            |> List.map (fun (name, value) -> parameterName index name, value))
        |> List.concat

    /// The names of the parameters that are running statistics, which training replaces by no gradient.
    let internal running (network: Network) : HashSet<string> =
        network.Layers
        |> List.mapi (fun index layer -> layer.Running |> List.map (parameterName index))
        |> List.concat
        |> HashSet

    /// The parameters that gradients change.
    let internal trained (network: Network) : (string * Tensor) list =
        let running = running network
        parameters network |> List.filter (fst >> running.Contains >> not)

    /// The network with each parameter replaced by a function of its name and value.
    let map (replace: string -> Tensor -> Tensor) (network: Network) : Network =
        {
            Layers =
                network.Layers
                |> List.mapi (fun index layer ->
                    { layer with
                        Parameters =
                            layer.Parameters
                            |> List.map (fun (name, value) -> name, replace (parameterName index name) value)
                    })
        }

    /// The network with its numbers in arrays of its own.
    let internal copied (network: Network) : Network =
        network
        |> map (fun _ value ->
            match value.Node with
            | Constant(Single numbers) -> Tensor.single value.Shape (Array.copy numbers)
            | _ -> value)

    /// <summary>The network with the parameters of its first few layers fixed, so that they are no longer parameters.</summary>
    /// <param name="count">The number of layers to fix.</param>
    /// <param name="network">Layers without parameters are not counted.</param>
    let freeze (count: int) (network: Network) : Network =
        let fix left (layer: Layer) =
            if left = 0 || layer.Parameters.IsEmpty then
                layer, left
            else
                Layer.freeze layer, left - 1

        {
            Layers = List.mapFold fix count network.Layers |> fst
        }

    /// A network that was trained with frozen layers, with their parameters restored from the network before.
    let thaw (before: Network) (trained: Network) : Network =
        {
            Layers =
                List.map2
                    (fun (layer: Layer) (now: Layer) -> if now.Parameters.IsEmpty then layer else now)
                    before.Layers
                    trained.Layers
        }

    /// The network with each parameter as a graph input of its name, for readers that are given the values.
    let withInputs (network: Network) : Network =
        map (fun name value -> Tensor.input name value.Shape) network

    let private values (layer: Layer) = List.map snd layer.Parameters

    /// The output of one layer after another; a shape error names its layer.
    let private through (apply: int -> Layer -> 'x -> 'x) (network: Network) (x: 'x) : 'x =
        network.Layers
        |> List.indexed
        |> List.fold
            (fun x (index, layer) ->
                try
                    apply index layer x
                with :? ShapeMismatchException as error ->
                    raise (error.Within $"layer {index} ({layer.Kind})"))
            x

    /// <summary>The output in use: without dropout and noise.</summary>
    /// <param name="network">Takes [examples; features].</param>
    /// <param name="x">[examples; features].</param>
    /// <exception cref="T:Hybrid.ShapeMismatchException">A layer cannot take the output of the one before it.</exception>
    let forward (network: Network) (x: Tensor) : Tensor =
        through (fun _ layer -> layer.Forward(values layer)) network x

    /// <summary>The output in training, with dropout and noise; each layer draws its own random numbers.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">A layer cannot take the output of the one before it.</exception>
    let training (draw: Draw) (network: Network) (x: Tensor) : Tensor =
        through (fun index layer -> layer.Training (Draw.split index draw) (values layer)) network x

    /// The output in training, and the new value of each running statistic by its name.
    let internal learn (draw: Draw) (network: Network) (x: Tensor) : Tensor * (string * Tensor) list =
        let apply index (layer: Layer) (x, learned) =
            let y, values = layer.Learn (Draw.split index draw) (values layer) x
            let names = layer.Running |> List.map (parameterName index)
            y, learned @ List.zip names values

        through apply network (x, [])

    /// The network without its last layer; the empty network is returned unchanged.
    let withoutLast (network: Network) : Network =
        {
            Layers = List.truncate (network.Layers.Length - 1) network.Layers
        }

    /// The number of trained parameters: running statistics are none.
    let parameterCount (network: Network) : int =
        trained network |> List.sumBy (fun (_, value) -> Shape.size value.Shape)
