namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>What metrics remember of a quantity, predicted p and true t: of any number of outcomes, one after the other, what they would
/// of all of them at once, to the bit.</summary>
/// <param name="needs">What is remembered.</param>
[<Sealed>]
type internal QuantityTally(needs: Needs) =
    let weight = RunningSum()

    let over, under, squares, relative =
        RunningSum(), RunningSum(), RunningSum(), RunningSum()

    let actual, errors = RunningMoments(), RunningMoments()
    let all = ResizeArray<QuantityOutcomes>()
    let mutable count = 0
    let mutable hasZero = false

    /// 2⁻⁵².
    static let least = Double.BitIncrement 1.0 - 1.0

    member _.Add(outcomes: QuantityOutcomes) : unit =
        if needs &&& Needs.Outcomes <> enum 0 then
            all.Add outcomes

        for i in 0 .. outcomes.Actual.Length - 1 do
            let p, t, w = outcomes.Predicted[i], outcomes.Actual[i], outcomes.Weights[i]
            weight.Add w
            over.Add(w * max (p - t) 0.0)
            under.Add(w * max (t - p) 0.0)
            squares.Add(w * ((p - t) * (p - t)))
            relative.Add(w * (abs (p - t) / max (abs t) least))
            actual.Add(w, t)
            errors.Add(w, t - p)
            hasZero <- hasZero || t = 0.0

            if w > 0.0 then
                count <- count + 1

    /// The number of examples of some weight.
    member _.Count = count

    /// Whether a true value is 0.
    member _.HasZero = hasZero

    /// The weighted mean of max(p - t, 0).
    member _.Over = over.Value / weight.Value

    /// The weighted mean of max(t - p, 0).
    member _.Under = under.Value / weight.Value

    /// The weighted mean of (p - t)².
    member _.Square = squares.Value / weight.Value

    /// The weighted mean of |p - t| / max(|t|, 2⁻⁵²).
    member _.Relative = relative.Value / weight.Value

    /// The weighted variance of t.
    member _.Variance = actual.Variance

    /// The weighted variance of t - p.
    member _.ErrorVariance = errors.Variance

    /// Everything, as it was given.
    member _.Outcomes = all :> QuantityOutcomes seq
