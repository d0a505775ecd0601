namespace Hybrid.Exchange

open Hybrid.Core

/// What reading a file may cost, beyond what the file itself holds: nothing grows by what it merely claims.
[<Sealed>]
type internal Allowance(opset: int, elements: int64) =
    let mutable left = elements

    /// How many elements any graph may cost.
    static member Standard = 1L <<< 22

    /// How many each of some parts may.
    static member Share(parts: int) : int64 =
        max (1L <<< 13) (Allowance.Standard / int64 (max 1 parts))

    /// Takes what a node costs.
    member _.Spend (node: OnnxNode) (cost: int64) : unit =
        left <- left - max 1L cost

        if left < 0L then
            let reason =
                "with it, constants and parts of the graph become far larger than the file."

            raise (NotImportable(NodeCall.nameOf node, node.Operator, opset, reason))

/// What a network out of a file may make of one example. A few bytes can ask for any amount of memory; a network that
/// learned something has weights to show for it. Time is bounded by this too: a product of matrices is made of rows.
module internal Budget =
    let private free = 1L <<< 18
    let private perConstant = 16L

    /// <summary>Refuses what takes more than its constants allow.</summary>
    /// <param name="held">How many numbers the file holds.</param>
    /// <param name="examples">For how many the graph was traced.</param>
    /// <param name="traced">What the network is given, and what it answers.</param>
    /// <exception cref="T:Hybrid.HybridException">It makes too many numbers.</exception>
    let require (held: int64) (examples: int) (traced: Tensor list) : unit =
        let made = Graph.elements traced / float examples
        let allowed = free + perConstant * held

        if made > float allowed then
            raise (
                HybridException
                    $"The graph makes {made:N0} numbers of one example, and with {held:N0} constants no more than {allowed:N0} are read. Export a model without such expansions."
            )
