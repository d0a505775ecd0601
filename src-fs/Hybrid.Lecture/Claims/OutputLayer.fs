namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R20: the output layer has no activation.</summary>
/// <remarks>Networks 1-8-1 with tanh learn 2 sin(πx) on [-1, 1], by L-BFGS from the same start, with no activation at the
/// output, with a sigmoid and with ReLU. An output confined to an interval leaves at least the mean squared
/// distance of the target from the interval: a lower bound for any training. Class scores are just as free: softmax is
/// unchanged if any number is added to all scores. With five times five seeds
/// the error without activation was 2e-5 to 3e-5 (median).</remarks>
module internal OutputLayer =
    [<Literal>]
    let private Points = 101

    let private xs =
        Array.init Points (fun i -> -1.0 + 2.0 * float i / float (Points - 1))

    let private target = xs |> Array.map (fun x -> 2.0 * sin (Math.PI * x))

    /// Output activations and their ranges.
    let private outputs =
        [
            "no activation", Network.empty, (-infinity, infinity)
            "sigmoid", Activation.sigmoid, (0.0, 1.0)
            "ReLU", Activation.relu, (0.0, infinity)
        ]

    let private bound (lower: float, upper: float) =
        target |> Array.averageBy (fun y -> (y - Math.Clamp(y, lower, upper)) ** 2.0)

    /// The mean squared error and the outputs.
    let private trained seed (activation: Network) : float * float[] =
        let x = Tensor.constant [ Points; 1 ] xs
        let y = Tensor.constant [ Points; 1 ] target
        let start = Dense.network "tanh" seed [ 1; 8; 1 ] >=> activation

        let loss network =
            Tensor.meanAll (Loss.squared.PerExample (Network.forward network x) y)

        let network, minimum = QuasiNewton.train loss start 200
        minimum.Value, Reference.value (Network.forward network x)

    /// The change of softmax if a number is added to all scores.
    let private shifted (seed: uint64) =
        let scores = Tensor.constant [ 100; 5 ] (Random.normals seed 500)

        let values =
            Reference.evaluate [] [ Tensor.softmax 1 scores; Tensor.softmax 1 (scores + 100.0) ]

        Array.map2 (fun a b -> abs (a - b)) values[0] values[1] |> Array.max

    let private figure (answers: (string * float[]) list) : Figure =
        let some (values: float[]) =
            values
            |> Array.indexed
            |> Array.filter (fun (i, _) -> i % 5 = 0)
            |> Array.map snd

        // the curves overlap where they agree: the last is dashed, the target is points
        (answers
         |> List.mapi (fun index (name, values) ->
             let draw = if index = 2 then Lines.dashed else Lines.line
             draw (Series index) name xs values))
        @ [ Scatter.points Ink "target 2 sin πx" (some xs) (some target) ]
        |> Chart.create
            "What an activation at the output cannot reach"
            (Axis.linear "x")
            (Axis.linear "output")
        |> Chart.draw

    /// The verdict on the errors without and with activations, compared with their lower bounds, and on softmax.
    let conditions (free: float) (confined: (float * float) list) (shift: float) : Condition list =
        [
            Condition.below
                "without an activation the output takes any real value"
                free
                1e-3
                "mean squared error: a thousandth of the target's variance of 2, so nearly all of it is learned"
            Condition.atLeast
                "with an activation it is confined: no error is below the bound set by the range"
                (confined |> List.map (fun (error, bound) -> error - bound) |> List.min)
                -1e-12
                "a bound holds, up to rounding"
            Condition.atLeast
                "a target beyond an activation's range is missed"
                (confined |> List.map (fun (error, _) -> error / free) |> List.min)
                100.0
                "times the error without: two orders of magnitude are not an accident of training"
            Condition.atMost
                "class scores are arbitrary: softmax is the same for shifted scores"
                shift
                1e-12
                "rounding of scores near 100"
        ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 5 2 setting

        let found =
            outputs
            |> List.map (fun (name, activation, range) ->
                name, bound range, seeds |> Runs.map (fun _ seed -> trained seed activation))

        let error (runs: (float * float[]) list) =
            runs |> List.map fst |> Statistics.median

        let errors = found |> List.map (fun (name, bound, runs) -> name, bound, error runs)
        let _, _, free = errors.Head
        let shift = shifted setting.Seed

        let conditions =
            conditions free (errors.Tail |> List.map (fun (_, bound, error) -> error, bound)) shift

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    for name, bound, error in errors do
                        yield Measurement.own $"mean squared error, {name} at the output" error

                        if bound > 0.0 then
                            yield Measurement.own $"minimum that {name} allows" bound

                    yield Measurement.own "change of softmax if 100 is added to all scores" shift
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "Training builds networks whose last layer has no activation: softmax belongs to the loss, and to the trained model."
                ]
            Figures =
                [
                    "output_layer", figure (found |> List.map (fun (name, _, runs) -> name, snd runs.Head))
                ]
        }

    let experiment: Experiment =
        {
            Name = "output-layer"
            Row = "R20"
            Title = "The output layer has no activation"
            Claim =
                "The output layer commonly has no activation: its outputs are class scores or targets, which are arbitrary real numbers."
            Source = "the lecture, slide \"neural_net2\""
            Data = NoData
            Run = run
        }
