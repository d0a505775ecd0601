namespace Hybrid.Verification

/// The slopes that were found for bounds of arguments on a region: better ones to start with on its parts.
[<Sealed; AllowNullLiteral>]
type internal SlopeMemory(padded: Padded) =
    let slopes =
        padded.Layers
        |> Array.map (fun layer -> Array.zeroCreate<float32[]>(2 * layer.Rows))

    let place index (sign: float32) =
        2 * index + (if sign > 0f then 0 else 1)

    /// Those of the blocks before for an end of an argument of a block, after each other; null if there are none.
    member _.Item
        with get (block: int, index: int, sign: float32) = slopes[block - 1][place index sign]
        and set (block: int, index: int, sign: float32) (value: float32[]) =
            slopes[block - 1][place index sign] <- value
