namespace Hybrid.Models

/// Metrics of quantities, predicted p and true t.
module internal Errors =
    /// Mean of |p - t|.
    let absolute (tally: QuantityTally) : float = tally.Over + tally.Under

    /// √ of the mean of (p - t)².
    let rootMeanSquare (tally: QuantityTally) : float = sqrt tally.Square

    /// Mean of |p - t| / max(|t|, 2⁻⁵²): enormous where a true value is 0.
    let relative (tally: QuantityTally) : float = tally.Relative

    /// Mean of q max(t - p, 0) + (1 - q) max(p - t, 0).
    let pinball (q: float) (tally: QuantityTally) : float =
        q * tally.Under + (1.0 - q) * tally.Over

    /// 1 - the first mean of squares / the second one; where the second is 0, 1 if both are, and else 0.
    let private explained (tally: QuantityTally) (unexplained: float) : Result<float, string> =
        if tally.Count < 2 then
            Error "there are fewer than two examples"
        elif tally.Variance > 0.0 then
            Ok(1.0 - unexplained / tally.Variance)
        else
            Ok(if unexplained = 0.0 then 1.0 else 0.0)

    /// 1 - mean (t - p)² / mean (t - t̄)².
    let rSquared (tally: QuantityTally) : Result<float, string> = explained tally tally.Square

    /// The same without the mean of the errors: 1 - variance (t - p) / variance t.
    let explainedVariance (tally: QuantityTally) : Result<float, string> = explained tally tally.ErrorVariance
