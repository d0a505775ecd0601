namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>A curve σ between two lines on an interval: s z + t ≤ σ(z) ≤ S z + T for every z in it.</summary>
/// <remarks>Slopes are float32 numbers, and shifts are rounded outward, so the lines hold exactly as they are.</remarks>
[<Struct; NoComparison; NoEquality>]
type internal Lines =
    {
        /// s
        LowerSlope: float32
        /// t
        LowerShift: float32
        /// S
        UpperSlope: float32
        /// T
        UpperShift: float32
    }

/// A function of all arguments of a block together.
[<ReferenceEquality; NoComparison>]
type internal Joint =
    {
        /// The values, in float64.
        Values: float[] -> float[]
        /// The image of each value where the arguments are in these intervals, and lines in the argument of its own number.
        Around: Interval[] -> struct (Interval * Lines)[]
        /// How far each computed value may be from the function of the computed arguments.
        Off: Interval[] -> float[]
        /// The slopes of each value, where it is continuous and depends only on the argument of its own number.
        Slopes: (Interval[] -> Interval[]) option
    }

/// A function that bounds are known of. Maximum, minimum, absolute value, leaky ReLU and clipping are affine functions of ReLUs;
/// products, of squares.
[<RequireQualifiedAccess; NoComparison>]
type internal Curve =
    | Relu
    | Sigmoid
    | Tanh
    | Exp
    | Softplus
    | Square
    /// Any other element-wise function, or a primitive that is only enclosed.
    | Joint of Joint

module internal Curve =
    let value (curve: Curve) (x: float) : float =
        match curve with
        | Curve.Relu -> max 0.0 x
        | Curve.Sigmoid -> Special.sigmoid x
        | Curve.Tanh -> tanh x
        | Curve.Exp -> exp x
        | Curve.Softplus -> Special.softplus x
        | Curve.Square -> x * x
        | Curve.Joint joint -> (joint.Values [| x |])[0]

    /// The values of all arguments of a block.
    let values (curve: Curve) (x: float[]) : float[] =
        match curve with
        | Curve.Joint joint -> joint.Values x
        | _ -> Array.map (value curve) x

    /// The image of an interval.
    let image (curve: Curve) (x: Interval) : Interval =
        match curve with
        | Curve.Relu ->
            {
                Lower = max 0.0 x.Lower
                Upper = max 0.0 x.Upper
            }
        | Curve.Sigmoid -> Interval.increasing Special.sigmoid x |> Interval.clamp 0.0 1.0
        | Curve.Tanh -> Interval.increasing tanh x |> Interval.clamp -1.0 1.0
        | Curve.Exp -> Interval.increasing exp x |> Interval.clamp 0.0 infinity
        | Curve.Softplus -> Interval.increasing Special.softplus x |> Interval.clamp 0.0 infinity
        | Curve.Square -> let size = Interval.abs x in Interval.multiply size size
        | Curve.Joint joint ->
            let struct (image, _) = (joint.Around [| x |])[0]
            image
