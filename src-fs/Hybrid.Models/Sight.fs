namespace Hybrid.Models

open Hybrid.Core

/// Which numbers of an example neurons see, and where what they return is in the result: once for each row of features, or for each
/// window of an image.
[<NoComparison; ReferenceEquality>]
type internal Sight =
    {
        /// The neurons of a group see the same numbers; groups are equal parts of the neurons.
        Groups: int
        /// For each window, the numbers that each group sees: -1 is a zero beyond the edge.
        Seen: int[][][]
        /// The place of a neuron's result for a window.
        Place: int -> int -> int
    }

module internal Sight =
    /// Dense neurons see all features, row by row.
    let rows (outputs: int) (inputs: int) (shape: Shape) : Sight =
        {
            Groups = 1
            Seen =
                [|
                    for start in 0..inputs .. Shape.size shape - 1 ->
                        [| Array.init inputs (fun j -> start + j) |]
                |]
            Place = fun row neuron -> row * outputs + neuron
        }

    /// The windows of a convolution, for one image in a shape.
    let windows (convolution: Convolution) (order: ChannelOrder) (shape: Shape) : Sight =
        // beyond the edges are zeros, so numbers count from 1
        let numbered =
            Tensor.constant shape (Array.init (Shape.size shape) (fun i -> float (i + 1)))

        let inner = { order with ReturnsFirst = false }

        let seen =
            ChannelOrder.around inner (Convolution.seen convolution) numbered
            |> Reference.value
            |> Array.map (fun number -> int number - 1)

        let channels = List.last convolution.Weight.Shape
        let outputs = convolution.Weight.Shape.Head
        let all = channels * convolution.Groups

        let elements =
            Shape.size convolution.Weight.Shape[1 .. convolution.Weight.Shape.Length - 2]

        let count = seen.Length / (elements * all)

        {
            Groups = convolution.Groups
            Seen =
                Array.init count (fun window ->
                    Array.init convolution.Groups (fun group ->
                        Array.init (elements * channels) (fun i ->
                            seen[(window * elements + i / channels) * all + group * channels + i % channels])))
            Place =
                fun window neuron ->
                    if order.ReturnsFirst then
                        neuron * count + window
                    else
                        window * outputs + neuron
        }
