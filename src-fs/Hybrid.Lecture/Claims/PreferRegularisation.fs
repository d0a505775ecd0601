namespace Hybrid.Lecture

open Hybrid.Figures
open NoisyPoints

/// <summary>R31: a large network with weight decay, dropout or noise on its inputs, against a small one without.</summary>
module PreferRegularisation =
    [<Literal>]
    let private Large = 100

    [<Literal>]
    let private Seeds = 20

    let private small = [ 1; 2; 3; 6; 20 ]

    let private means =
        [
            "weight decay", [ for strength in [ 0.003; 0.01; 0.03; 0.1 ] -> Decay strength ]
            "dropout", [ for rate in [ 0.2; 0.5; 0.8 ] -> DroppedOut rate ]
            "noise on the inputs", [ for deviation in [ 0.3; 0.6; 1.0 ] -> Noisy deviation ]
        ]

    let private words means =
        match means with
        | Nothing -> "nothing"
        | Decay strength -> $"λ = {strength}"
        | DroppedOut rate -> $"rate {rate}"
        | Noisy deviation -> $"σ = {deviation}"

    /// From medians of the shares of new points that are right: of the small network, of the large one without anything, and
    /// of the large one with each of the three.
    let conditions (small: float) (large: float) (helped: float list) : (string * bool) list =
        [
            "without anything the large network is worse than the small one by 0.05 at least",
            small - large >= 0.05
            "the best of the three is not worse than the small network", List.max helped >= small
            "each of the three brings the large one within 0.02 of the small one",
            List.min helped >= small - 0.02
        ]

    let private figure (plain: (int * Fitted list) list) helped =
        let percent value = 100.0 * value

        let curve =
            plain
            |> List.map (snd >> List.map (fun run -> percent run.Test))
            |> Spread.curve Muted "no regularisation" [ for size, _ in plain -> float size ]

        let points =
            helped
            |> List.mapi (fun index (name, means, runs) ->
                Scatter.points
                    (Series index)
                    $"{name}, {words means}"
                    // side by side, so that each can be seen
                    [| float Large * (1.15 + 0.12 * float index) |]
                    [| percent (median _.Test runs) |])

        curve @ points
        |> Chart.create
            $"{Large} neurons, regularised, against fewer"
            (Axis.logarithmic "hidden neurons")
            (Axis.linear "new points that are right" |> Axis.inUnit "%")
        |> Chart.draw

    let private run (given: Setting) =
        let seeds = Setting.seeds 40 3 given

        let kinds =
            [
                for size in small @ [ Large ] -> size, Nothing
                for _, strengths in means do
                    for strength in strengths -> Large, strength
            ]

        let fits = List.zip kinds (fitAll seeds kinds)

        let plain, regularised =
            fits |> List.partition (fun ((_, means), _) -> means = Nothing)

        let plain = plain |> List.map (fun ((size, _), runs) -> size, runs)
        let fewer, large = plain |> List.partition (fun (size, _) -> size < Large)
        let size, smallRuns = best fewer

        let helped =
            means
            |> List.map (fun (name, strengths) ->
                let (_, means), runs =
                    best (
                        regularised
                        |> List.filter (fun ((_, means), _) -> List.contains means strengths)
                    )

                name, means, runs)

        let right = median _.Test
        let largeRight = right (snd large.Head)

        {
            Verdict =
                Verdict.ofRuns
                    Seeds
                    seeds
                    (conditions (right smallRuns) largeRight [ for _, _, runs in helped -> right runs ])
            Measurements =
                [
                    for size, runs in plain do
                        Measurement.own
                            $"right of new points, neurons without regularisation: {size}"
                            (right runs)
                    for name, means, runs in helped do
                        Measurement.own
                            $"right of new points, {Large} neurons with {name}, {words means}"
                            (right runs)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    $"Medians over the seeds. The number of neurons without regularisation ({size} is best) and the three strengths are chosen by 500 further points of each seed with as many wrong labels."
                ]
            Figures = [ "prefer_regularisation", figure plain helped ]
        }

    let experiment: Experiment =
        {
            Name = "prefer-regularisation"
            Row = "R31"
            Title = "Rather regularise than take fewer neurons"
            Claim =
                "L2 regularisation, dropout and noise on the inputs prevent overfitting; it is better to use them than to take fewer neurons."
            Source =
                "the lecture, slide \"reg_strengths\"; dropout: Srivastava et al. (2014); noise: Bishop (1995)"
            Band =
                $"Medians of {Seeds} seeds at least, shares of new points: 100 neurons without anything are worse than the best small network by 0.05 at least, with the best of the three not worse, with each of them by 0.02 at most. Set from 120 seeds, with 0.08 to 0.13 without anything, the best of the three 0.005 to 0.033 better and the least good one 0.002 worse at most."
            Data = NoData
            Run = run
        }
