namespace Hybrid.Core

open System.Collections.Generic

/// <summary>What plans compute from state that never changes, such as weights with their axes in another order: each value is computed
/// once, for the plans of all batch sizes, which several threads may compile.</summary>
[<Sealed>]
type internal FixedValues() =
    let known = List<struct (Tensor * float32[])>()

    let find (x: Tensor) =
        known
        |> Seq.tryPick (fun (struct (other, values)) -> if Alike.graphs other x then Some values else None)

    /// The values of tensors that are computed from constants and this state only.
    member _.Of
        (engine: Engine, state: IReadOnlyDictionary<string, float32[]>, tensors: Tensor list)
        : float32[] list =
        lock known (fun () ->
            let missing = tensors |> List.filter (find >> Option.isNone)
            let inputs = [ for entry in state -> entry.Key, entry.Value ]

            List.iter2
                (fun x values -> known.Add(struct (x, values)))
                missing
                (Eager.evaluate engine inputs missing)

            tensors |> List.map (fun x -> (find x).Value))
