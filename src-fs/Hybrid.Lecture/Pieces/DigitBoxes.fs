namespace Hybrid.Lecture

open Hybrid.Certification
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// Digits learned for the images as they are, or for every image within a distance, and how far test images may change.
module internal DigitBoxes =
    /// How a network is trained.
    [<RequireQualifiedAccess>]
    type Way =
        | Plain
        /// For every image whose pixels differ by at most the defended radius.
        | Certified

    /// What the pixels range to, from 0.
    [<Literal>]
    let Brightest = 16.0

    /// The defended radius of certified training.
    [<Literal>]
    let Defended = 2.0

    /// A trained network and the images that it has not seen.
    [<NoComparison; ReferenceEquality>]
    type Run =
        {
            Model: Model
            Table: Table
            /// The test part.
            Rows: int[]
            /// What was found about each of them; margins are in units of the pixels.
            Found: CertifiedRow[]
        }

    /// <summary>Trains a network of 64 and 32 rectified units, and finds how far each test image may change.</summary>
    let run (engine: Engine) (epochs: int) (way: Way, seed: uint64) : Run =
        let digits = BuiltIn.digits ()

        let options =
            { Options.defaults with
                Hidden = Some [ 64; 32 ]
                Epochs = Some epochs
                Seed = seed
                Certify =
                    (match way with
                     | Way.Plain -> None
                     | Way.Certified -> Some $"{Defended}")
            }

        let prepared = Recipe.prepare options { Train = digits; Test = None }
        let last = Recipe.trained engine (fun () -> false) prepared |> Seq.last
        let model = Recipe.model prepared last.Progress.Best
        let freedoms = digits.Columns |> Array.map (fun _ -> Freedom.Within 1.0)
        let rows = prepared.Split.Test

        {
            Model = model
            Table = digits
            Rows = rows
            Found = Certification.classes engine CertifyOptions.defaults freedoms (Some 1.0) model digits rows
        }

    /// The share of the images whose class is right, and stays so as far as is known in a way, at a radius.
    let private share (known: Margin -> float) (radius: float) (run: Run) : float =
        run.Found
        |> Array.filter (fun row -> row.Margin |> Option.exists (fun margin -> known margin >= radius))
        |> Array.length
        |> fun count -> float count / float run.Found.Length

    /// The share of right images that no attack within a radius was found for.
    let notAttacked (radius: float) (run: Run) : float = share _.Attacked radius run

    /// The share of right images whose class is proved to stay the same within a radius.
    let certified (radius: float) (run: Run) : float = share _.Proved radius run

    /// The share of images whose class is right.
    let clean (run: Run) : float =
        let right =
            run.Found |> Array.filter (fun row -> row.Predicted = row.Class) |> Array.length

        float right / float run.Found.Length
