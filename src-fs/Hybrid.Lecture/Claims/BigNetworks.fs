namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R34: with the strength of the regularisation chosen for each size, larger networks are not worse.</summary>
module BigNetworks =
    let private sizes = [ 3; 6; 20; 50; 200 ]
    let private strengths = [ 0.0; 0.003; 0.01; 0.03 ]

    [<Literal>]
    let private Seeds = 20

    /// From medians of the shares of new points that are right, by size: with a strength chosen for each, and without
    /// regularisation.
    let conditions (tuned: float list) (plain: float list) : (string * bool) list =
        let losses = tuned |> List.mapi (fun index right -> List.max tuned[..index] - right)

        [
            "with a strength of its own no network is worse than a smaller one by more than 0.015",
            List.max losses <= 0.015
            "without regularisation 200 neurons are worse than 3 by 0.04 at least",
            plain.Head - List.last plain >= 0.04
        ]

    let private figure plain tuned =
        let curve colour name (bySize: NoisyPoints.Fitted list list) =
            bySize
            |> List.map (List.map (fun run -> 100.0 * run.Test))
            |> Spread.curve colour name (List.map float sizes)

        curve (Series 0) "λ chosen for each size" tuned
        @ curve Muted "no regularisation" plain
        |> Chart.create
            "Large networks, with and without regularisation"
            (Axis.logarithmic "hidden neurons")
            (Axis.linear "new points that are right" |> Axis.inUnit "%")
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 3 setting

        let kinds =
            [
                for size in sizes do
                    for strength in strengths -> size, NoisyPoints.Decay strength
            ]

        let bySize =
            List.zip strengths
            |> fun pair ->
                NoisyPoints.fitAll seeds kinds
                |> List.chunkBySize strengths.Length
                |> List.map pair

        let tuned = bySize |> List.map NoisyPoints.best
        let plain = bySize |> List.map (List.head >> snd)
        let right = List.map (NoisyPoints.median _.Test)
        let tunedRight, plainRight = right (List.map snd tuned), right plain

        {
            Verdict = Verdict.ofRuns Seeds seeds (conditions tunedRight plainRight)
            Measurements =
                [
                    for index, (size, (strength, _)) in List.indexed (List.zip sizes tuned) do
                        Measurement.own
                            $"right of new points, {size} neurons, λ = {strength}"
                            tunedRight[index]

                        Measurement.own
                            $"right of new points, {size} neurons without regularisation"
                            plainRight[index]
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    "Medians over the seeds. λ of ½λ Σ w² is chosen for each size from 0, 0.003, 0.01 and 0.03 by 500 further points of each seed with as many wrong labels."
                ]
            Figures = [ "big_networks", figure plain (List.map snd tuned) ]
        }

    let experiment: Experiment =
        {
            Name = "big-networks"
            Row = "R34"
            Title = "As big a network as you can afford"
            Claim =
                "Do not take a smaller network for fear of overfitting: take as big a one as your budget allows, and regularise."
            Source = "the lecture, slide \"reg_strengths\""
            Band =
                $"Medians of {Seeds} seeds at least, shares of new points with 3, 6, 20, 50 and 200 neurons: with a λ chosen for each size no network is worse than a smaller one by more than 0.015; without regularisation 200 neurons are worse than 3 by 0.04 at least. Set from 120 seeds, with 0.009 at most and 0.07 to 0.09."
            Data = NoData
            Run = run
        }
