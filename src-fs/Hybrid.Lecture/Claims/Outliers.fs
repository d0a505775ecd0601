namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures
open Hybrid.Kernels

/// <summary>R30: 3 neurons treat wrong labels as outliers, 20 learn them.</summary>
/// <remarks>Slide: 3 neurons classify in broad strokes and interpret the few odd points as outliers; in practice this could lead
/// to better generalisation. Measured: the share of wrong labels that each learns, and the accuracy on new points, on the same
/// points seed by seed. The sizes are the slide's. 20 neurons that generalise as well contradict the claim.</remarks>
module internal Outliers =
    let private sizes = [ 3; 20 ]

    [<Literal>]
    let private Seeds = 20

    /// From the gain of 3 neurons over 20 on new points, for each seed, and the median shares of wrong labels learned.
    let conditions (gain: float list) (few: float) (many: float) : Condition list =
        [
            Condition.better "3 neurons generalise better than 20 to new points" gain
            Condition.atMost
                "3 neurons treat most of the odd points as outliers"
                few
                0.5
                "the share of wrong labels that they learn: most means that more than half are not learned"
            Condition.atLeast "20 neurons fit them" many 0.9 "nine in ten: all but a few"
        ]

    let private figure seed (bySize: NoisyPoints.Fitted list list) =
        let sets = NoisyPoints.create seed
        let whole = { Lower = -3.0; Upper = 3.0 }

        List.zip sizes bySize
        |> List.map (fun (size, runs) ->
            DecisionMap.picture
                $"{size} neurons"
                [ "red"; "green" ]
                (DecisionMap.scores (CpuEngine.Create 1) (whole, whole) 200 runs.Head.Network)
                []
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

        let few, many =
            NoisyPoints.median _.Wrong bySize[0], NoisyPoints.median _.Wrong bySize[1]

        let conditions = conditions gain few many

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "accuracy on new points, 3 neurons" (NoisyPoints.median _.Test bySize[0])
                    Measurement.own "accuracy on new points, 20 neurons" (NoisyPoints.median _.Test bySize[1])
                    Measurement.own "difference on the same points" (Statistics.median gain)
                    Measurement.own "wrong labels learned, 3 neurons" few
                    Measurement.own "wrong labels learned, 20 neurons" many
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    "Medians over the seeds, each with its own points and weights; the picture shows the first."
                ]
            Figures = [ "outliers", figure seeds.Head bySize ]
        }

    let experiment: Experiment =
        {
            Name = "outliers"
            Row = "R30"
            Title = "3 neurons treat the odd points as outliers"
            Claim =
                "3 neurons classify in broad strokes and treat the few red points among the green ones as noise, which can lead to better generalisation than with 20 neurons."
            Source = "the lecture, slide \"layer_sizes\""
            Data = NoData
            Run = run
        }
