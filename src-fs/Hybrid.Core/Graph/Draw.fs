namespace Hybrid.Core

open System

/// The source of a layer's random numbers: its own key, and the step, a graph input of shape [2] that holds the step's high and
/// low 24 bits, each exact in float32. Where a batch is computed in parts it has shape [3], and the last number is that of the batch's row
/// that is the part's first: each row then draws what it would in the whole batch.
[<NoComparison>]
type Draw = { Key: uint64; Step: Tensor }

module Draw =
    open Operands

    /// Writes a step as the two numbers of its tensor.
    let internal write (step: int64) (words: float32[]) : unit =
        words[0] <- float32 (step >>> 24)
        words[1] <- float32 (step &&& 0xFFFFFFL)

    /// The step that two numbers represent.
    let internal step (high: float) (low: float) : uint64 = (uint64 high <<< 24) ||| uint64 low

    /// The same draw for a part that needs its own random numbers.
    let split (part: int) (draw: Draw) : Draw =
        { draw with
            Key = Random.split draw.Key part
        }

    /// The place of the first number to draw, for as many numbers in each row.
    let internal first (words: ReadOnlySpan<float32>) (row: int) : int64 =
        if words.Length > 2 then int64 words[2] * int64 row else 0L

    /// The largest 24-bit number below 1.
    let private largest = 1.0 - 1.0 / 16777216.0

    /// Uniform numbers in [0, 1), of 24 bits. They are constants to differentiation: their derivative is zero. The first axis is that of
    /// the examples.
    let uniform (shape: Shape) (draw: Draw) : Tensor =
        let count = Shape.size shape
        let row = Shape.size (List.truncate (shape.Length - 1) (List.rev shape))

        Tensor.apply
            shape
            [ draw.Step ]
            {
                Name = "Uniform"
                Vjp = fun _ _ _ -> [ Tensor.zerosLike draw.Step ]
                Jvp = fun _ y _ -> Tensor.zerosLike y
                Reference =
                    fun operands ->
                        let words = one operands
                        let first = first (ReadOnlySpan(Array.map float32 words)) row
                        Random.uniformsFrom draw.Key (step words[0] words[1]) first count
                Enclosure = fun _ -> Array.create count { Lower = 0.0; Upper = largest }
                Continuity = Continuity.Steps Continuity.nowhere
                Rounding = RoundingRule.Moves
                Kernel = Kernel.Uniform(draw.Key, row)
                Onnx =
                    fun _ _ ->
                        raise (
                            HybridException
                                "Random numbers are only for training: export the network as it is used for prediction."
                        )
            }

    /// <summary>Standard normal numbers, by the Box–Muller transform.</summary>
    /// <remarks>Box and Muller, "A note on the generation of random normal deviates" (1958).</remarks>
    let normal (shape: Shape) (draw: Draw) : Tensor =
        let radius = uniform shape (split 0 draw)
        let angle = uniform shape (split 1 draw)
        // 1 - u is in (0, 1], where the logarithm is finite
        Tensor.sqrt (-2.0 * Tensor.log (1.0 - radius))
        * Tensor.cos (2.0 * Math.PI * angle)
