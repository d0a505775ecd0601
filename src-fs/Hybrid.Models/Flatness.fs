namespace Hybrid.Models

open System.Collections.Generic
open Hybrid.Core

/// Parameters that no gradient reaches, because the result depends on them only through rounding, comparisons and the like, whose
/// derivative is 0.
module internal Flatness =
    /// The operands that a node's derivative flows to.
    let private sloped (x: Tensor) : Tensor list =
        match x.Node with
        | Apply(primitive, operands) ->
            match primitive.Continuity with
            | Continuity.Steps _ -> []
            | Continuity.Switches
            | Continuity.Selects _ -> operands.Tail
            | _ -> operands
        | _ -> []

    /// <summary>The names of a network's parameters whose derivative is 0 whatever the inputs.</summary>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    let parameters (inputs: int) (network: Network) : string list =
        let y = Network.forward network (Tensor.input "x" [ 2; inputs ])
        let reached = HashSet<Tensor>(Graph.orderBy sloped [ y ], HashIdentity.Reference)
        let read = HashSet<Tensor>(Graph.order [ y ], HashIdentity.Reference)

        Network.parameters network
        |> List.filter (fun (_, value) -> read.Contains value && not (reached.Contains value))
        |> List.map fst

    /// What is said of such parameters.
    let describe (names: string list) : string =
        let shown = names |> List.truncate 3 |> String.concat ", "

        let more =
            if names.Length > 3 then
                $" and {names.Length - 3} more"
            else
                ""

        $"{shown}{more} through rounding or comparisons only, whose derivative is 0"
