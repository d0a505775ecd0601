namespace Hybrid.Models

/// Metrics of probabilities p, [examples; classes].
module internal Probabilities =
    /// Mean of -ln pᵧ for the true class y, in nats, of probabilities clipped to [2⁻⁵², 1 - 2⁻⁵²] that then are divided by their sum.
    let logLoss (tally: ClassTally) : float = tally.LogLoss / tally.Weight

    /// Mean of Σₖ (pₖ - [k = y])² over the classes k; for two classes mean of (p₁ - [y = 1])², which is half of that.
    /// Brier, "Verification of forecasts expressed in terms of probability" (1950).
    let brier (tally: ClassTally) : float = tally.Brier / tally.Weight

    /// Σ over 15 equal bins of the maximum probability, closed on the right, of |the weight decided rightly - the sum of the
    /// maximum probabilities|, over all weight: how far confidence and accuracy are apart.
    /// Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), eq. 3.
    let calibrationError (tally: ClassTally) : float =
        Array.sumBy abs tally.Gaps / tally.Weight
