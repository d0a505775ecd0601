namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Kernels

/// <summary>The result of training networks 64-50-50-10 on the built-in digits at too high a learning rate.</summary>
/// <remarks>Adam at 0.03, thirty times its default, for five epochs, on three fifths of the digits, with a fifth for testing. The
/// experiment chooses the units between the layers; everything else is the same for the same seed.</remarks>
[<NoComparison>]
type internal TooHighRate =
    {
        /// The share of hidden units that no gradient reaches, on the training digits.
        WithoutGradient: float
        /// For maxout, the share of linear pieces that are never the maximum on them; else 0.
        Unused: float
        /// The share of test digits that are classified wrongly.
        Error: float
    }

module internal TooHighRate =
    /// Inputs, two hidden layers, classes.
    let sizes: int list = [ Digits.Width; 50; 50; Digits.Outputs ]

    /// <summary>One training.</summary>
    /// <param name="count">The total number of digits.</param>
    /// <param name="engine">Computes.</param>
    /// <param name="start">From a key to a network of the sizes.</param>
    /// <param name="seed">Of the parts, the weights and the order.</param>
    let train (count: int) (engine: Engine) (start: uint64 -> Network, seed: uint64) : TooHighRate =
        let parts = Digits.parts (Random.split seed 7) count

        let options =
            { Digits.options seed 0.03 5 with
                Optimizer = Optimizer.adam
            }

        let last =
            (Digits.epochs engine options (start seed) parts.Learned |> Seq.last).Network

        let layers = (Units.ofNetwork engine last parts.Learned).Layers
        let pieces = layers |> List.sumBy _.Pieces

        {
            WithoutGradient = DeadUnits.withoutGradient last parts.Learned
            Unused =
                if pieces = 0 then
                    0.0
                else
                    float (layers |> List.sumBy _.UnusedPieces) / float pieces
            Error = 1.0 - Classifier.accuracy engine Digits.Outputs last parts.Judged
        }
