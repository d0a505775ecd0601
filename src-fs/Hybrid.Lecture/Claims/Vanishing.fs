namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R9: small slopes multiply, so gradients vanish through layers of sigmoids.</summary>
/// <remarks>Each sigmoid multiplies the gradient by at most ¼. New networks with hidden layers of 64 on 256 of the built-in
/// digits: the norm of the loss's gradient in the first layer's weights over that in the last layer's. With five times ten seeds
/// eight layers leave 2.4e-5 to 2.6e-5 with sigmoid, 1.5 to 1.6 with tanh and 0.7 to 0.8 with ReLU.</remarks>
module internal Vanishing =
    let private activations = [ "sigmoid"; "tanh"; "relu" ]

    [<Literal>]
    let private Deep = 8

    [<Literal>]
    let private Width = 64

    /// The median of fewer runs says nothing.
    [<Literal>]
    let private Seeds = 5

    /// The norm of the gradient in each layer's weights, from the first layer on.
    let private lengths (examples: Examples) (engine: Engine) (activation, hidden, seed) : float[] =
        let sizes = Digits.Width :: List.replicate hidden Width @ [ Digits.Outputs ]
        let network = Dense.network activation seed sizes
        let x = Tensor.single [ examples.Count; Digits.Width ] examples.Features
        let target = Tensor.single [ examples.Count; 1 ] examples.Targets
        let outputs = Network.forward network x

        let loss = Loss.mean (Classification Digits.Outputs) Loss.softmax outputs target

        let weights =
            Network.parameters network |> List.map snd |> List.filter Regularizer.isWeight

        Eager.evaluate engine [] (Derivative.gradient loss weights)
        |> List.map (Array.sumBy (fun g -> float g * float g) >> Math.Sqrt)
        |> Array.ofList

    /// From the ratios of eight hidden layers.
    let conditions (sigmoid: float) (tanh: float) (relu: float) : Condition list =
        [
            Condition.below
                "through eight sigmoid layers almost no signal flows to the first weights"
                sigmoid
                0.01
                "a hundredth of the last layer's gradient; the bound ¼⁸ of the slopes alone is 1.5e-5"
            Condition.above
                "through eight tanh layers the signal flows"
                tanh
                0.1
                "ten times the limit for almost none, so that the two cannot be confused"
            Condition.above "through eight ReLU layers the signal flows" relu 0.1 "as for tanh"
        ]

    let private figure (profiles: (string * float[]) list) : Figure =
        profiles
        |> List.mapi (fun index (activation, lengths) ->
            let name = if activation = "relu" then "ReLU" else activation
            let layers = Array.init lengths.Length (fun i -> float (i + 1))
            Lines.line (Series index) name layers lengths)
        |> Chart.create
            "Vanishing gradients: eight hidden layers"
            (Axis.linear "layer")
            (Axis.logarithmic "norm of the gradient in its weights")
        |> Chart.draw

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let depths = [ 2; 4; Deep ]
        let examples = Digits.examples 256
        let kinds = List.allPairs activations depths

        let runs =
            [
                for activation, depth in kinds do
                    for seed in seeds -> activation, depth, seed
            ]

        let found =
            runs
            |> Runs.map (lengths examples)
            |> List.chunkBySize seeds.Length
            |> List.zip kinds

        let ratio (lengths: float[]) = lengths[0] / Array.last lengths

        let medians =
            found
            |> List.map (fun (kind, runs) -> kind, Statistics.median (List.map ratio runs))

        let deep activation =
            medians |> List.find (fst >> (=) (activation, Deep)) |> snd

        let profile activation =
            let runs = found |> List.find (fst >> (=) (activation, Deep)) |> snd

            activation,
            Array.init runs.Head.Length (fun layer -> Statistics.median (runs |> List.map (Array.item layer)))

        let conditions = conditions (deep "sigmoid") (deep "tanh") (deep "relu")

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                medians
                |> List.map (fun ((activation, depth), ratio) ->
                    Measurement.own
                        $"gradient of the first layer / the last layer's, {depth} hidden layers, {activation}"
                        ratio)
            Seeds = seeds.Length
            Notes = []
            Figures = [ "vanishing", figure (List.map profile activations) ]
        }

    let experiment: Experiment =
        {
            Name = "vanishing"
            Row = "R9"
            Title = "Gradients vanish through layers of sigmoids"
            Claim =
                "A sigmoid's small local gradient multiplies the gradient that flows through it: through several layers almost no signal reaches the weights."
            Source =
                "the lecture, slide \"Drawbacks of Sigmoid\"; Hochreiter, \"The vanishing gradient problem during learning recurrent neural nets and problem solutions\" (1998)"
            Data = NoData
            Run = run
        }
