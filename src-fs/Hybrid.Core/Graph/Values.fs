namespace Hybrid.Core

/// The numbers of a constant. Readers convert them; constructions and proofs are Double, trained models Single.
[<ReferenceEquality; NoComparison>]
type internal Values =
    | Single of float32[]
    | Double of float[]
    /// Single precision in half of the memory, for weights that were rounded to bfloat16.
    | Halved of uint16[]

    /// In double precision; a copy unless they are double.
    member this.AsDouble =
        match this with
        | Single values -> Array.map float values
        | Double values -> values
        | Halved values -> Array.map (BFloat16.toSingle >> float) values

    /// In single precision, rounded to nearest; a copy unless they are single.
    member this.AsSingle =
        match this with
        | Single values -> values
        | Double values -> Array.map float32 values
        | Halved values -> Array.map BFloat16.toSingle values
