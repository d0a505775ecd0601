namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R29: the more neurons, the better the fit, until the noise is fitted too.</summary>
/// <remarks>Slide: capacity grows with the size of the layers; overfitting is that high capacity fits the noise in the data in place of the underlying relationship. Measured: shares of
/// points learned from, of their wrong labels, and of new points that are right. A fit that becomes worse with more neurons, wrong labels that are left, or new points that
/// are not lost contradict.</remarks>
module Capacity =
    let private sizes = [ 1; 2; 3; 6; 20; 100 ]

    [<Literal>]
    let private Seeds = 20

    /// From the medians of the shares that are right on the points learned from and on new ones, by size.
    let conditions (train: float list) (test: float list) : Condition list =
        [
            Condition.atLeast
                "capacity grows with the neurons: no fit is worse than that of fewer"
                (List.pairwise train |> List.map (fun (few, more) -> more - few) |> List.min)
                0.0
                "the least step of the median share of fitted points from one size to the next"
            Condition.exactly
                "100 neurons fit the noise too: all points, wrong labels included"
                (List.last train)
                1.0
                "all is all"
            Condition.atLeast
                "that is overfitting: from 3 to 100 neurons new points are lost"
                (test[2] - List.last test)
                0.04
                "4 points in 100 of 2,000 new ones: four standard errors of such a share"
        ]

    let private figure (bySize: NoisyPoints.Fitted list list) =
        let curve draw index name (number: NoisyPoints.Fitted -> float) =
            bySize
            |> List.map (List.map (fun run -> 100.0 * number run))
            |> draw (Series index) name (List.map float sizes)

        curve Spread.curve 0 "points learned from" _.Train
        @ curve Spread.curve 1 "new points" _.Test
        // in the end 100 %, as are the points learned from: in dashes, so that those are seen below
        @ curve Spread.dashed 2 "wrong labels learned" _.Wrong
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

        let conditions = conditions train test

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
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
            Data = NoData
            Run = run
        }
