namespace Hybrid.Models

open System

/// Metrics of quantities, predicted p and true t.
module internal Errors =
    let private average (weights: float[]) (values: float[]) : float =
        Array.sum (Array.map2 (*) weights values) / Array.sum weights

    let private mean (outcomes: QuantityOutcomes) (ofExample: float -> float -> float) : float =
        average outcomes.Weights (Array.map2 ofExample outcomes.Predicted outcomes.Actual)

    /// Mean of |p - t|.
    let absolute outcomes = mean outcomes (fun p t -> abs (p - t))

    /// √ of the mean of (p - t)².
    let rootMeanSquare outcomes =
        sqrt (mean outcomes (fun p t -> (p - t) * (p - t)))

    /// Mean of |p - t| / max(|t|, 2⁻⁵²): enormous where a true value is 0.
    let relative outcomes =
        let least = Double.BitIncrement 1.0 - 1.0
        mean outcomes (fun p t -> abs (p - t) / max (abs t) least)

    /// Mean of q max(t - p, 0) + (1 - q) max(p - t, 0).
    let pinball (q: float) outcomes =
        mean outcomes (fun p t -> q * max (t - p) 0.0 + (1.0 - q) * max (p - t) 0.0)

    /// 1 - the first mean of squares / the second one; where the second is 0, 1 if both are, and else 0.
    let private explained (outcomes: QuantityOutcomes) (unexplained: float) (total: float) =
        if Seq.length (outcomes.Weights |> Seq.filter (fun weight -> weight > 0.0)) < 2 then
            Error "there are fewer than two examples"
        elif total > 0.0 then
            Ok(1.0 - unexplained / total)
        else
            Ok(if unexplained = 0.0 then 1.0 else 0.0)

    let private spread (weights: float[]) (values: float[]) =
        let mean = average weights values
        values |> Array.map (fun value -> (value - mean) ** 2.0) |> average weights

    /// 1 - mean (t - p)² / mean (t - t̄)².
    let rSquared (outcomes: QuantityOutcomes) =
        explained
            outcomes
            (mean outcomes (fun p t -> (p - t) * (p - t)))
            (spread outcomes.Weights outcomes.Actual)

    /// The same without the mean of the errors: 1 - variance (t - p) / variance t.
    let explainedVariance (outcomes: QuantityOutcomes) =
        explained
            outcomes
            (spread outcomes.Weights (Array.map2 (-) outcomes.Actual outcomes.Predicted))
            (spread outcomes.Weights outcomes.Actual)
