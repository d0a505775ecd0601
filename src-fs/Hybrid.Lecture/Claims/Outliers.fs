namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures
open Hybrid.Kernels

/// <summary>R30: 3 neurons take wrong labels for outliers, 20 learn them.</summary>
module Outliers =
    let private sizes = [ 3; 20 ]

    [<Literal>]
    let private Seeds = 20

    /// From medians: by how much 3 neurons are better than 20 on new points, and the shares of wrong labels learned.
    let conditions (gain: float) (few: float) (many: float) : (string * bool) list =
        [
            "3 neurons are right on 4 of 100 new points more than 20 at least", gain >= 0.04
            "3 neurons learn half of the wrong labels at most", few <= 0.5
            "20 neurons learn 90 % of the wrong labels at least", many >= 0.9
        ]

    let private figure seed (bySize: NoisyPoints.Fitted list list) =
        let sets = NoisyPoints.create seed
        let whole = { Lower = -3.0; Upper = 3.0 }

        List.zip sizes bySize
        |> List.map (fun (size, runs) ->
            DecisionMap.picture
                $"{size} neurons"
                [ "red"; "green" ]
                (DecisionMap.scores (Engine.Create 1) (whole, whole) 200 runs.Head.Network)
                sets.Train)
        |> Figure.row

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 3 setting

        let bySize =
            NoisyPoints.fitAll seeds [ for size in sizes -> size, NoisyPoints.Nothing ]

        let gain =
            List.map2
                (fun (few: NoisyPoints.Fitted) (many: NoisyPoints.Fitted) -> few.Test - many.Test)
                bySize[0]
                bySize[1]
            |> Statistics.median

        let few, many =
            NoisyPoints.median _.Wrong bySize[0], NoisyPoints.median _.Wrong bySize[1]

        {
            Verdict = Verdict.ofRuns Seeds seeds (conditions gain few many)
            Measurements =
                [
                    Measurement.own "right of new points, 3 neurons" (NoisyPoints.median _.Test bySize[0])
                    Measurement.own "right of new points, 20 neurons" (NoisyPoints.median _.Test bySize[1])
                    Measurement.own "difference on the same points" gain
                    Measurement.own "wrong labels learned, 3 neurons" few
                    Measurement.own "wrong labels learned, 20 neurons" many
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    "Medians over the seeds, each with points and weights of its own; the picture shows the first one."
                ]
            Figures = [ "outliers", figure seeds.Head bySize ]
        }

    let experiment: Experiment =
        {
            Name = "outliers"
            Row = "R30"
            Title = "3 neurons take the odd points for outliers"
            Claim =
                "3 neurons classify in broad strokes and take the few red points among the green ones for noise, which can lead to better generalisation than that of 20 neurons."
            Source = "the lecture, slide \"layer_sizes\""
            Band =
                $"Medians of {Seeds} seeds at least: 3 neurons are right on 0.04 of the new points more than 20 on the same data, and learn half of the wrong labels at most, 20 neurons nine tenths at least. Set from 120 seeds, with differences of 0.064 to 0.080 and 0.24 to 0.38 learned."
            Data = NoData
            Run = run
        }
