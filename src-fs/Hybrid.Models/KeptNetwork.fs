namespace Hybrid.Models

open Hybrid.Core

/// A copy of a network that is replaced by others of the same layers, always in the same arrays.
[<Sealed>]
type internal KeptNetwork() =
    let mutable kept: Network option = None

    let numbers (network: Network) =
        Network.parameters network |> List.map (snd >> Reference.singles)

    /// The copy, of this network from now on.
    member _.Of(network: Network) : Network =
        match kept with
        | Some copy when List.map Array.length (numbers copy) = List.map Array.length (numbers network) ->
            (numbers network, numbers copy)
            ||> List.iter2 (fun source target -> source.CopyTo(target, 0))

            copy
        | _ ->
            let copy = Network.copied network
            kept <- Some copy
            copy
