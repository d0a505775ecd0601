namespace Hybrid.Exchange

open Hybrid.Core

/// The cost of reading a file, beyond its own size: nothing may grow merely because the file claims a size.
[<Sealed>]
type internal Allowance(opset: int, elements: int64) =
    let mutable left = elements

    /// The limit for any graph, in elements.
    static member Standard = 1L <<< 22

    /// The limit for weights that are all the same number, as files have that only show a network: those of a real one. ResNet-50 has
    /// 25.6 million.
    static member Filled = 1L <<< 25

    /// The limit for each of several parts.
    static member Share(parts: int) : int64 =
        max (1L <<< 13) (Allowance.Standard / int64 (max 1 parts))

    /// Deducts the cost of a node.
    member _.Spend (node: OnnxNode) (cost: int64) : unit =
        left <- left - max 1L cost

        if left < 0L then
            let reason =
                "this node makes constants and parts of the graph far larger than the file."

            raise (NotImportableException(NodeCall.nameOf node, node.Operator, opset, reason))

/// The limit for what a network from a file may compute per example. A few bytes can request any amount of memory, but a trained
/// network has weights to show for it. This also bounds the time: a product of matrices is built from rows.
module internal Budget =
    let private free = 1L <<< 18
    let private perConstant = 16L

    // windows that overlap hold a number of the input many times, in layer after layer; whoever runs the network gives the input
    let private perInput = 3072.0
    // the pixels of the usual images, which may have a single channel
    let private mostInputs = 50_176.0

    /// <summary>Refuses a graph that computes more than its constants allow.</summary>
    /// <param name="held">The number of elements that the file stores.</param>
    /// <param name="examples">The number of examples that the graph was traced for.</param>
    /// <param name="traced">The network's input and output.</param>
    /// <exception cref="T:Hybrid.HybridException">It computes too many numbers.</exception>
    let require (held: int64) (examples: int) (traced: Tensor list) : unit =
        let made = Graph.elements traced / float examples
        let inputs = Graph.elements [ traced.Head ] / float examples

        let allowed = float (free + perConstant * held) + perInput * min inputs mostInputs

        if made > allowed then
            raise (
                HybridException
                    $"The graph computes {made:N0} numbers per example; a file with {held:N0} constants and {inputs:N0} inputs may compute at most {allowed:N0}. Export the model without such expansions."
            )
