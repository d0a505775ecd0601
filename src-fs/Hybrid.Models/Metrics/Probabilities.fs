namespace Hybrid.Models

open System

/// Metrics of probabilities p, [examples; classes].
module internal Probabilities =
    /// 2⁻⁵²: what probabilities of 0 and 1 differ from them by in a logarithm.
    let private least = Double.BitIncrement 1.0 - 1.0

    let private mean (outcomes: ClassOutcomes) (ofExample: float[] -> int -> float) : float =
        let classes = outcomes.Names.Length

        (outcomes.Labels
         |> Array.mapi (fun i label ->
             outcomes.Weights[i]
             * ofExample outcomes.Scores[i * classes .. (i + 1) * classes - 1] label)
         |> Array.sum)
        / Array.sum outcomes.Weights

    /// Mean of -ln pᵧ for the true class y, in nats, of probabilities clipped to [2⁻⁵², 1 - 2⁻⁵²] that then are divided by their sum.
    let logLoss (outcomes: ClassOutcomes) : float =
        mean outcomes (fun p label ->
            let clipped = p |> Array.map (fun p -> Math.Clamp(p, least, 1.0 - least))
            -(log (clipped[label] / Array.sum clipped)))

    /// Mean of Σₖ (pₖ - [k = y])² over the classes k; for two classes mean of (p₁ - [y = 1])², which is half of that.
    /// Brier, "Verification of forecasts expressed in terms of probability" (1950).
    let brier (outcomes: ClassOutcomes) : float =
        mean outcomes (fun p label ->
            let error c =
                let e = p[c] - (if c = label then 1.0 else 0.0)
                e * e

            if p.Length = 2 then
                error 1
            else
                Seq.sumBy error (seq { 0 .. p.Length - 1 }))

    [<Literal>]
    let private Bins = 15

    /// Σ over 15 equal bins of the maximum probability, closed on the right, of |the weight decided rightly - the sum of the
    /// maximum probabilities|, over all weight: how far confidence and accuracy are apart.
    /// Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), eq. 3.
    let calibrationError (outcomes: ClassOutcomes) : float =
        let gaps = Array.zeroCreate<float> Bins

        outcomes.Labels
        |> Array.iteri (fun i label ->
            let likeliest = Decisions.likeliest outcomes i
            let confidence = outcomes.Scores[i * outcomes.Names.Length + likeliest]
            let bin = Math.Clamp(int (ceil (confidence * float Bins)) - 1, 0, Bins - 1)
            let right = if likeliest = label then 1.0 else 0.0
            gaps[bin] <- gaps[bin] + outcomes.Weights[i] * (right - confidence))

        Array.sumBy abs gaps / Array.sum outcomes.Weights
