namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R15: leaky ReLU has a slope everywhere, so its units do not die.</summary>
/// <remarks>f(x) = 1(x &lt; 0) a x + 1(x ≥ 0) x. The lecture calls a = 0.001 a "small negative slope"; it is a small positive
/// slope on the negative side, and CS231n's notes now give 0.01: both are checked. Networks 64-50-50-10 are trained on the
/// built-in digits by Adam at learning rate 0.03, which is too high, for five epochs. A unit has no gradient if the loss of no
/// training example has a derivative in its weighted sum. At five times ten seeds a quarter to a
/// third of ReLU's units had none (median), and never one of leaky ReLU's.</remarks>
module LeakyRelu =
    /// Whether the library's function is the slide's formula, and has a slope that is not 0, at numbers of both signs.
    let private isFormula (seed: uint64) (a: float) =
        let numbers = Array.append [| 0.0; 1e-300; -1e-300 |] (Random.normals seed 1000)
        let x = Tensor.constant [ numbers.Length ] numbers
        let f = Activation.leakyRelu a
        let indicator condition = if condition then 1.0 else 0.0

        let formula x =
            indicator (x < 0.0) * (a * x) + indicator (x >= 0.0) * x

        let values = Reference.evaluate [] [ f x; Gradient.grad (f >> Tensor.sumAll) x ]

        Array.forall2 (fun x y -> formula x = y) numbers values[0]
        && Array.forall (fun slope -> slope <> 0.0) values[1]

    /// <summary>The share of hidden units without any gradient from the examples, in double precision.</summary>
    /// <param name="network">Layers of neurons with activations between them.</param>
    /// <param name="examples">Of digits.</param>
    let withoutGradient (network: Network) (examples: Examples) : float =
        let x =
            Tensor.constant [ examples.Count; examples.Width ] (Array.map float examples.Features)

        let target =
            Tensor.constant [ examples.Count; 1 ] (Array.map float examples.Targets)

        let through (x, sums) (layer: Layer) =
            let y = layer.Forward (List.map snd layer.Parameters) x
            y, (if layer.Kind = "linear" then y :: sums else sums)

        let outputs, sums = List.fold through (x, []) network.Layers

        let losses =
            Loss.perExample (Classification Digits.Outputs) Loss.softmax outputs target
        // the last layer's sums are the scores
        let gradients =
            Derivative.gradient (Tensor.sumAll losses) sums.Tail |> Reference.evaluate []

        let dead =
            List.map2
                (fun (sum: Tensor) (gradient: float[]) ->
                    let units = sum.Shape[1]

                    Seq.init units (fun unit ->
                        Seq.forall
                            (fun example -> gradient[example * units + unit] = 0.0)
                            (seq { 0 .. examples.Count - 1 }))
                    |> Seq.filter id
                    |> Seq.length)
                sums.Tail
                gradients

        float (List.sum dead)
        / float (sums.Tail |> List.sumBy (fun sum -> sum.Shape[1]))

    let private one (examples: Examples) engine (activation, seed) =
        let options =
            { Digits.options seed 0.03 5 with
                Optimizer = Optimizer.adam
            }

        let network = Dense.network activation seed [ Digits.Width; 50; 50; Digits.Outputs ]
        let last = Digits.epochs engine options network examples |> Seq.last

        withoutGradient last.Network examples, Digits.error last

    /// The verdict on the formula, and on the shares of units without gradient.
    let verdict (seeds: int) (formula: bool) (relu: float) (leaky: float) : Verdict =
        match Verdict.ofAll [ "leaky ReLU is its formula", formula ] with
        | Holds when seeds < 5 -> TooFewRuns
        | Holds ->
            Verdict.ofAll
                [
                    "at this learning rate a tenth of ReLU's units die at least", relu >= 0.1
                    "no leaky unit does", leaky = 0.0
                ]
        | other -> other

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let examples = Digits.examples (if setting.Quick then 600 else Digits.Count)

        let found activation =
            seeds |> List.map (fun seed -> activation, seed) |> Runs.map (one examples)

        let relu, leaky = found "relu", found "leaky-relu"
        let median part = List.map part >> Statistics.median
        let formula = [ 0.001; 0.01; 1.0 ] |> List.forall (isFormula setting.Seed)
        let worst = leaky |> List.map fst |> List.max

        {
            Verdict = verdict (Setting.counted seeds setting) formula (median fst relu) worst
            Measurements =
                [
                    Measurement.own "hidden units without gradient, ReLU, median share" (median fst relu)
                    Measurement.own "hidden units without gradient, leaky ReLU, highest share" worst
                    Measurement.own "training error, ReLU" (median snd relu)
                    Measurement.own "training error, leaky ReLU" (median snd leaky)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "The lecture's \"small negative slope\" of 0.001 is a small positive slope on the negative side; 0.001 and 0.01 are both held to the formula."
                    "Leaky units may still answer with their small slope only; what they keep is a gradient to come back by."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "leaky-relu"
            Row = "R15"
            Title = "Leaky ReLU does not die"
            Claim =
                "Leaky ReLU, with a small slope a where x < 0 instead of none, is one attempt to fix the dying ReLU problem."
            Source =
                "the lecture, slide \"ReLU Pros & Cons\"; Maas, Hannun and Ng, \"Rectifier nonlinearities improve neural network acoustic models\" (2013)"
            Band =
                "The function is the slide's formula to the bit at a = 0.001, 0.01 and 1, with a slope that is nowhere 0; at a learning rate at which at least a tenth of ReLU's units have no gradient (median), none of leaky ReLU's has none at any seed (5 seeds at least)."
            Data = NoData
            Run = run
        }
