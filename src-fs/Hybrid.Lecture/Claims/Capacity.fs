namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R29: the more neurons, the better the fit, until the noise is fitted too.</summary>
/// <remarks>Slide: capacity grows with the size of the layers; overfitting is that high capacity fits the noise in the data
/// instead of the underlying relationship. Measured: the shares of training points, of their wrong labels and of new points that
/// are fitted. A fit that gets worse with more neurons, wrong labels that are not fitted, or an accuracy on new points that does
/// not fall contradict the claim.</remarks>
module internal Capacity =
    let private sizes = [ 1; 2; 3; 6; 20; 100 ]

    [<Literal>]
    let private Seeds = 20

    /// From the median accuracies on the training points and on new points, by size.
    let conditions (train: float list) (test: float list) : Condition list =
        [
            Condition.atLeast
                "capacity grows with the neurons: no fit is worse than that of fewer"
                (List.pairwise train |> List.map (fun (few, more) -> more - few) |> List.min)
                0.0
                "the smallest step of the median share of fitted points from one size to the next"
            Condition.exactly
                "100 neurons fit the noise too: all points, wrong labels included"
                (List.last train)
                1.0
                "all means all"
            Condition.atLeast
                "that is overfitting: from 3 to 100 neurons the accuracy on new points falls"
                (test[2] - List.last test)
                0.04
                "4 percentage points of 2,000 new points: four standard errors of such a share"
        ]

    let private figure (bySize: NoisyPoints.Fitted list list) =
        let curve draw index name (number: NoisyPoints.Fitted -> float) =
            bySize
            |> List.map (List.map (fun run -> 100.0 * number run))
            |> draw (Series index) name (List.map float sizes)

        curve Spread.curve 0 "training points" _.Train
        @ curve Spread.curve 1 "new points" _.Test
        // it ends at 100 % like the training points: dashed, so that those show below
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
                        Measurement.own $"accuracy on the training points, {name}" train[index]
                        Measurement.own $"accuracy on new points, {name}" test[index]
                        Measurement.own $"wrong labels learned, {name}" wrong[index]
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    "Medians over the seeds, each with its own points and weights."
                ]
            Figures = [ "capacity", figure bySize ]
        }

    let experiment: Experiment =
        {
            Name = "capacity"
            Row = "R29"
            Title = "Capacity and overfitting"
            Claim =
                "As the number of neurons increases, so does the capacity of the network; with high capacity the noise in the data is fitted instead of the underlying relationship."
            Source = "the lecture, slide \"layer_sizes\""
            Data = NoData
            Run = run
        }
