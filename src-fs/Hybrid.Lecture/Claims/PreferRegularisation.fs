namespace Hybrid.Lecture

open Hybrid.Figures
open NoisyPoints

/// <summary>R31: a large network with weight decay, dropout or noise on its inputs, compared with a small one without.</summary>
/// <remarks>Slide: it is always better to use L2 regularisation, dropout or input noise against overfitting than fewer neurons.
/// Measured: accuracy on new points with 100 neurons and each of the three, compared with the best smaller number of neurons
/// without any, on the same points, seed by seed. Numbers of neurons and strengths are chosen on separate points with wrong
/// labels, not on the test points. "Always" is contradicted by any of the three that is not better.</remarks>
module internal PreferRegularisation =
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

    /// <summary>From the accuracy on new points, seed by seed.</summary>
    /// <param name="small">Of the best small network.</param>
    /// <param name="large">Of the large network without any of the three.</param>
    /// <param name="helped">Of the large network with each of the three, by name.</param>
    let conditions
        (small: float list)
        (large: float list)
        (helped: (string * float list) list)
        : Condition list =
        Condition.better
            "without regularisation the large network overfits: fewer neurons are better"
            (List.map2 (-) small large)
        :: [
            for name, right in helped ->
                Condition.better $"{name} is better than fewer neurons" (List.map2 (-) right small)
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
                    [| float Large |]
                    [| percent (median _.Test runs) |])

        curve @ points
        |> Chart.create
            $"{Large} neurons, regularised, and fewer without"
            (Axis.logarithmic "hidden neurons")
            (Axis.linear "accuracy on new points" |> Axis.inUnit "%")
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
        let each = List.map (fun (run: Fitted) -> run.Test)

        let conditions =
            conditions
                (each smallRuns)
                (each (snd large.Head))
                [ for name, _, runs in helped -> name, each runs ]

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    for size, runs in plain do
                        Measurement.own
                            $"accuracy on new points, neurons without regularisation: {size}"
                            (right runs)
                    for name, means, runs in helped do
                        Measurement.own
                            $"accuracy on new points, {Large} neurons with {name}, {words means}"
                            (right runs)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    $"Medians over the seeds. The number of neurons without regularisation ({size} is best) and the three strengths are chosen on 500 separate points of each seed with the same share of wrong labels."
                ]
            Figures = [ "prefer_regularisation", figure plain helped ]
        }

    let experiment: Experiment =
        {
            Name = "prefer-regularisation"
            Row = "R31"
            Title = "Prefer regularisation to fewer neurons"
            Claim =
                "L2 regularisation, dropout and noise on the inputs prevent overfitting; it is always better to use them than fewer neurons."
            Source =
                "the lecture, slide \"reg_strengths\"; dropout: Srivastava et al. (2014); noise: Bishop (1995)"
            Data = NoData
            Run = run
        }
