namespace Hybrid.Core

/// The numbers of a constant. Readers convert; constructions and proofs are Double, trained models Single.
[<ReferenceEquality; NoComparison>]
type Values =
    | Single of float32[]
    | Double of float[]

    member this.AsDouble =
        match this with
        | Single values -> Array.map float values
        | Double values -> values

    member this.AsSingle =
        match this with
        | Single values -> values
        | Double values -> Array.map float32 values
