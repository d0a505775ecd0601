namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Theory

/// Functions for networks to approximate.
module internal Formulas =
    [<Literal>]
    let Sine = "sin(2*pi*x)"

    /// The goal function of Nielsen, "Neural networks and deep learning" (2015), chapter 4.
    [<Literal>]
    let Nielsen = "0.2 + 0.4*x^2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)"

    /// From the lower to the upper number.
    let interval (lower: float) (upper: float) : Interval = { Lower = lower; Upper = upper }

    let unit: Interval = interval 0.0 1.0

    /// A formula of x.
    let ofX (text: string) : Expression = Expression.parse [ "x" ] text

    /// The outputs of a network with one input at many points.
    let outputs (network: Network) (xs: float[]) : float[] =
        Network.forward network (Tensor.constant [ xs.Length; 1 ] xs) |> Reference.value

    /// Equidistant points from one end of an interval to the other.
    let places (count: int) (x: Interval) : float[] =
        Array.init (count + 1) (fun i -> x.Lower + (x.Upper - x.Lower) * float i / float count)
