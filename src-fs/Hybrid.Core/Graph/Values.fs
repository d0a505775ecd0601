namespace Hybrid.Core

/// The numbers of a constant. Readers convert them; constructions and proofs are Double, trained models Single.
[<ReferenceEquality; NoComparison>]
type internal Values =
    | Single of float32[]
    | Double of float[]

    /// In double precision; a copy if they are single.
    member this.AsDouble =
        match this with
        | Single values -> Array.map float values
        | Double values -> values

    /// In single precision, rounded to nearest; a copy if they are double.
    member this.AsSingle =
        match this with
        | Single values -> values
        | Double values -> Array.map float32 values
