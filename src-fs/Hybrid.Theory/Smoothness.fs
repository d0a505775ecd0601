namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>What is known about a function: how fast its values change, and how much it bends. What is not known is
/// infinite.</summary>
[<NoEquality; NoComparison>]
type Smoothness =
    {
        /// ω(h): the maximum difference of values at points at most h apart. Non-decreasing.
        Modulus: float -> float
        /// sup |f(x) - f(y)| / |x - y|.
        Lipschitz: float
        /// sup |f''|; for several variables, of the spectral norm of the Hessian.
        Curvature: float
    }

module Smoothness =
    /// |f(x) - f(y)| ≤ L |x - y|.
    let lipschitz (constant: float) : Smoothness =
        {
            Modulus = fun h -> constant * h
            Lipschitz = constant
            Curvature = infinity
        }

    /// |f(x) - f(y)| ≤ c |x - y|^α, with 0 < α ≤ 1.
    let holder (constant: float) (exponent: float) : Smoothness =
        {
            Modulus = fun h -> constant * h ** exponent
            Lipschitz = infinity
            Curvature = infinity
        }

    /// A modulus of continuity: a non-decreasing function.
    let modulus (omega: float -> float) : Smoothness =
        {
            Modulus = omega
            Lipschitz = infinity
            Curvature = infinity
        }

    /// Only |f''| ≤ M.
    let curvature (constant: float) : Smoothness =
        {
            Modulus = fun _ -> infinity
            Lipschitz = infinity
            Curvature = constant
        }

    /// Both |f'| ≤ L, the slope, and |f''| ≤ M, the curvature.
    let smooth (slope: float) (bend: float) : Smoothness =
        { lipschitz slope with
            Curvature = bend
        }
