namespace Hybrid.Verification

open Hybrid.Core

/// <summary>Whether a network is defined, and stays within the range of float32, in boxes whose bounds are computed.</summary>
[<Sealed>]
type internal Overflow(padded: Padded) =
    /// Noise is at least a unit roundoff of what is summed.
    static let largest = RoundingRule.overflow * RoundingRule.Unit / 2.0

    /// Of values that are not arguments of a block: their noise, and its entries that are not 0, by block and variable.
    let others =
        [|
            for affine in padded.Form.Output :: padded.Form.Between do
                for i in 0 .. affine.Size - 1 do
                    struct (affine.Noise[i],
                            [|
                                for term in affine.Terms do
                                    let struct (_, noise) = Affine.row term i

                                    for j in 0 .. noise.Length - 1 do
                                        if noise[j] <> 0.0 then
                                            struct (term.Block, j, noise[j])
                            |])
        |]

    let isSmall (boxes: BoxBounds) (box: int) (struct (own: float, entries: struct (int * int * float)[])) =
        let mutable total = own

        for struct (block, j, noise) in entries do
            let block = boxes.Blocks[block]
            total <- total + noise * float block.Spread[box * block.Width + j]

        total < largest

    let isDefined (box: int) (block: BlockBounds) =
        let mutable isDefined = true

        for i in box * block.Width .. (box + 1) * block.Width - 1 do
            isDefined <- isDefined && System.Single.IsFinite block.Spread[i]

        isDefined

    let isSmallBlock (box: int) (block: BlockBounds) =
        let mutable isSmall = true

        for i in box * block.Rows .. (box + 1) * block.Rows - 1 do
            isSmall <- isSmall && block.Noise[i] < largest

        isSmall

    /// Whether the network is defined in a box, and nothing in it can overflow.
    member _.IsExcluded(boxes: BoxBounds, box: int) : bool =
        boxes.Blocks |> Array.forall (isDefined box)
        && match padded.Form.Arithmetic with
           | Arithmetic.Real -> true
           | Arithmetic.Float32 ->
               boxes.Blocks |> Seq.skip 1 |> Seq.forall (isSmallBlock box)
               && others |> Array.forall (isSmall boxes box)
