namespace Hybrid.Verification

/// What a network is computed in.
[<RequireQualifiedAccess>]
type Arithmetic =
    /// Float32, in any order of summation, with or without fused multiply-adds, with or without subnormal numbers.
    | Float32
    /// Real numbers.
    | Real

    /// The name, as in proofs: a union's own is found by reflection, which native code lacks.
    override this.ToString() =
        match this with
        | Float32 -> "float32"
        | Real -> "real"
