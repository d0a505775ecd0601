namespace Hybrid.Core

/// What a network out of a file may make of one example. A few bytes can ask for any amount of memory; a network that
/// learned something has weights to show for it. Time is bounded by this too: a product of matrices is made of rows.
module internal Room =
    let private free = 1L <<< 18
    let private perConstant = 16L

    let private numbers (x: Tensor) : float =
        match x.Node with
        | Constant _
        | Apply({ Kernel = Kernel.View }, _) -> 0.0
        | _ -> x.Shape |> List.fold (fun product extent -> product * float extent) 1.0

    /// How many numbers a graph makes: what it is given and what it answers among them, constants not.
    let made (traced: Tensor list) : float =
        Graph.order traced |> Array.sumBy numbers

    /// <summary>Refuses what takes more than its constants allow.</summary>
    /// <param name="held">How many numbers the file holds.</param>
    /// <param name="examples">For how many the graph was traced.</param>
    /// <param name="traced">What the network is given, and what it answers.</param>
    /// <exception cref="T:Hybrid.HybridException">It makes too many numbers.</exception>
    let require (held: int64) (examples: int) (traced: Tensor list) : unit =
        let made = made traced / float examples
        let allowed = free + perConstant * held

        if made > float allowed then
            raise (
                HybridException
                    $"The graph makes {made:N0} numbers of one example, and with {held:N0} constants no more than {allowed:N0} are read. Export a model without such expansions."
            )
