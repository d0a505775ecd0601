namespace Hybrid.Models

open System
open Hybrid.Core

/// What is known about the numbers between two layers of a network and of the same network with other neurons, compressed ones, for all
/// inputs of a box.
[<NoComparison; ReferenceEquality>]
type internal Twins =
    {
        /// Those of the network, without rounding.
        Exact: Interval[]
        /// The distances of the network's float32 numbers from these.
        Error: float[]
        /// The float32 numbers of the other network.
        Other: Interval[]
        /// These less the exact ones.
        Difference: Interval[]
    }

module internal Twins =
    /// Both networks take the same numbers.
    let ofBox (box: Interval[]) : Twins =
        {
            Exact = box
            Error = Array.zeroCreate box.Length
            Other = box
            Difference = box |> Array.map (fun _ -> Interval.exactly 0.0)
        }

    /// The part that two intervals, which both contain a number, have in common.
    let both (a: Interval) (b: Interval) : Interval =
        if not (Interval.isDefined a) then
            b
        elif not (Interval.isDefined b) then
            a
        else
            {
                Lower = max a.Lower b.Lower
                Upper = min a.Upper b.Upper
            }

    /// Whether all numbers are finite: those that may have overflowed may be NaN from there on.
    let areFinite (ranges: Interval[]) : bool =
        ranges
        |> Array.forall (fun range -> Double.IsFinite range.Lower && Double.IsFinite range.Upper)

    /// The maximum distance between the float32 numbers of the two networks.
    let distances (twins: Twins) : float[] =
        Array.map2
            (fun difference error ->
                let distance = Math.BitIncrement(RoundingRule.magnitude difference + error)
                if Double.IsNaN distance then infinity else distance)
            twins.Difference
            twins.Error

    /// Scores that are closer than this may round to the same probability.
    [<Literal>]
    let private Margin = 1e-5

    /// Whether for each input one and the same number, which it returns, is the greatest of both networks, and stays so when they become
    /// probabilities.
    let winner (twins: Twins) : int option =
        let isGreatest (bounds: Interval[]) a =
            bounds
            |> Seq.indexed
            |> Seq.forall (fun (b, other) -> a = b || bounds[a].Lower - other.Upper > Margin)

        let float32s =
            Array.map2
                (fun exact error -> Interval.add exact { Lower = -error; Upper = error })
                twins.Exact
                twins.Error

        seq { 0 .. float32s.Length - 1 }
        |> Seq.tryFind (fun a -> isGreatest float32s a && isGreatest twins.Other a)
