namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R29: the more neurons, the better the fit, until the noise is fitted too.</summary>
module Capacity =
    let private sizes = [ 1; 2; 3; 6; 20; 100 ]

    [<Literal>]
    let private Seeds = 20

    /// From the medians of the shares that are right on the points learned from and on new ones, by size.
    let conditions (train: float list) (test: float list) : (string * bool) list =
        [
            "the error on the points learned from does not increase with the neurons", train = List.sort train
            "100 neurons fit all points, wrong labels included", List.last train = 1.0
            "from 3 to 100 neurons new points lose 4 points in 100 at least", test[2] - List.last test >= 0.04
        ]

    let private figure (bySize: NoisyPoints.Fitted list list) =
        let curve index name (number: NoisyPoints.Fitted -> float) =
            bySize
            |> List.map (List.map (fun run -> 100.0 * number run))
            |> Spread.curve (Series index) name (List.map float sizes)

        curve 0 "points learned from" _.Train
        @ curve 1 "new points" _.Test
        @ curve 2 "wrong labels learned" _.Wrong
        |> Chart.create
            "Capacity and overfitting"
            (Axis.logarithmic "hidden neurons")
            (Axis.linear "share" |> Axis.inUnit "%" |> Axis.within 0.0 102.0)
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 3 setting

        let bySize =
            NoisyPoints.fitAll seeds [ for size in sizes -> size, NoisyPoints.Nothing ]

        let all number =
            bySize |> List.map (NoisyPoints.median number)

        let train, test, wrong = all _.Train, all _.Test, all _.Wrong

        {
            Verdict = Verdict.ofRuns Seeds seeds (conditions train test)
            Measurements =
                [
                    for index, size in List.indexed sizes do
                        let name = if size = 1 then "1 neuron" else $"{size} neurons"
                        Measurement.own $"right of the points learned from, {name}" train[index]
                        Measurement.own $"right of new points, {name}" test[index]
                        Measurement.own $"wrong labels learned, {name}" wrong[index]
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    "Medians over the seeds, each with points and weights of its own."
                ]
            Figures = [ "capacity", figure bySize ]
        }

    let experiment: Experiment =
        {
            Name = "capacity"
            Row = "R29"
            Title = "Capacity and overfitting"
            Claim =
                "As the number of neurons increases, so does the capacity of the network; with much of it the noise in the data is fitted in place of the relation behind them."
            Source = "the lecture, slide \"layer_sizes\""
            Band =
                $"Medians of {Seeds} seeds at least: the error on the points learned from does not increase with the neurons (1, 2, 3, 6, 20, 100) and ends at 0, and from 3 to 100 neurons the share of new points that are right falls by 0.04 at least. Set from 120 seeds, where it fell by 0.076 to 0.092."
            Data = NoData
            Run = run
        }
