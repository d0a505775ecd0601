namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R34: as big a network as the budget allows, with the regularisation strength chosen for each size.</summary>
/// <remarks>Slide: you should not use smaller networks because you are afraid of overfitting, but as big a one as your budget
/// allows, regularised. Measured: the accuracy on new points with 200 neurons, compared with the best smaller number, each with
/// its own λ, on the same points, seed by seed. λ and the smaller number are chosen on separate points, not on the test points. A
/// biggest network that does worse than a smaller one contradicts the claim, and so does one that does no better: then it is not
/// worth the budget.</remarks>
module internal BigNetworks =
    let private sizes = [ 3; 6; 20; 50; 200 ]
    let private strengths = [ 0.0; 0.003; 0.01; 0.03; 0.1 ]

    [<Literal>]
    let private Seeds = 20

    /// <summary>From the accuracy on new points, seed by seed.</summary>
    /// <param name="fewer">Of the best smaller network, regularised.</param>
    /// <param name="most">Of the biggest network, regularised.</param>
    /// <param name="plain">Of the biggest network, not regularised.</param>
    let conditions (fewer: float list) (most: float list) (plain: float list) : Condition list =
        [
            Condition.better
                "regularisation controls the overfitting of the biggest network"
                (List.map2 (-) most plain)
            Condition.above
                "as big as the budget allows: 200 neurons do not do worse than fewer"
                (Statistics.signTest (List.map2 (-) fewer most))
                0.05
                "one-sided sign test over seeds for fewer being better: a fair coin would do as well more than one time in twenty"
            Condition.better
                "as big as the budget allows: 200 neurons do better than fewer"
                (List.map2 (-) most fewer)
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
            (Axis.linear "accuracy on new points" |> Axis.inUnit "%")
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
        let each = List.map (fun (run: NoisyPoints.Fitted) -> run.Test)
        let _, fewer = NoisyPoints.best (List.take (sizes.Length - 1) tuned)

        let conditions =
            conditions (each fewer) (each (snd (List.last tuned))) (each (List.last plain))

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    for index, (size, (strength, _)) in List.indexed (List.zip sizes tuned) do
                        Measurement.own
                            $"accuracy on new points, {size} neurons, λ = {strength}"
                            tunedRight[index]

                        Measurement.own
                            $"accuracy on new points, {size} neurons without regularisation"
                            plainRight[index]
                ]
            Seeds = seeds.Length
            Notes =
                [
                    NoisyPoints.setting
                    "Medians over the seeds; all sizes are compared on the same points. λ of ½λ Σ w² is chosen for each size from 0, 0.003, 0.01, 0.03 and 0.1 on 500 separate points of each seed with the same share of wrong labels."
                ]
            Figures = [ "big_networks", figure plain (List.map snd tuned) ]
        }

    let experiment: Experiment =
        {
            Name = "big-networks"
            Row = "R34"
            Title = "As big a network as you can afford"
            Claim =
                "Do not use a smaller network for fear of overfitting: use as big a network as your budget allows, and regularise."
            Source = "the lecture, slide \"reg_strengths\""
            Data = NoData
            Run = run
        }
