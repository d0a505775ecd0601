namespace Hybrid.Core

open System

/// <summary>A sum with the rounding of its additions carried along: it is that of the exact sum, as if of twice as many digits.</summary>
/// <remarks>Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974). What numbers are added in, one
/// call after the other or many parts, makes no difference, only their order does.</remarks>
[<Sealed>]
type internal RunningSum() =
    let mutable sum = 0.0
    let mutable lost = 0.0

    member _.Add(value: float) : unit =
        let next = sum + value

        lost <-
            lost
            + if abs sum >= abs value then
                  (sum - next) + value
              else
                  (value - next) + sum

        sum <- next

    member _.Value = sum + lost

/// <summary>The weighted mean and variance of numbers that come one after the other.</summary>
/// <remarks>West, "Updating mean and variance estimates: an improved method" (1979).</remarks>
[<Sealed>]
type internal RunningMoments() =
    let mutable weight = 0.0
    let mutable mean = 0.0
    let mutable squares = 0.0

    member _.Add(w: float, value: float) : unit =
        if w > 0.0 then
            let total = weight + w
            let difference = value - mean
            // so that numbers that are all equal are their mean exactly
            let step = difference * (w / total)
            mean <- mean + step
            squares <- squares + weight * difference * step
            weight <- total

    /// Σ w (x - x̄)² / Σ w: exactly 0 where all numbers are equal, NaN where there are none.
    member _.Variance = squares / weight
