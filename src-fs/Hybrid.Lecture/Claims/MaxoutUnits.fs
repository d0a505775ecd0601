namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R16: maxout generalises ReLU and leaky ReLU and does not die, for twice the parameters.</summary>
/// <remarks>Slide: max(w₁·x + b₁, w₂·x + b₂) generalises ReLU and its leaky version, does not saturate, does not die, and doubles
/// the parameters of every neuron. Measured: with other weights it is ReLU (0, w), leaky ReLU (aw, w), the absolute value (w,
/// -w), or no activation (w, w), exactly in any rounding arithmetic, since both sides compute the same sums; its parameters;
/// where its gradient goes; and, trained at a rate at which ReLU's units die, the share of its units that no gradient reaches.
/// One such unit would contradict the claim. A unit with a piece that never wins is alive, but linear: those are also
/// counted.</remarks>
module internal MaxoutUnits =
    [<Literal>]
    let private Cases = 200

    let private linear key inputs units : Linear =
        let numbers = Random.normals key ((inputs + 1) * units)

        {
            Weight = Tensor.constant [ units; inputs ] numbers[.. inputs * units - 1]
            Bias = Some(Tensor.constant [ units ] numbers[inputs * units ..])
        }

    /// Both parameters, each mapped by a function.
    let private map (f: Tensor -> Tensor) (linear: Linear) : Linear =
        {
            Weight = f linear.Weight
            Bias = Option.map f linear.Bias
        }

    /// Units of two pieces.
    let private maxout (first: Linear) (second: Linear) : Maxout =
        {
            Pieces = 2
            Weight = Tensor.concat 0 [ first.Weight; second.Weight ]
            Bias = [ first; second ] |> List.choose _.Bias |> Tensor.concat 0
        }

    // a power of two, so that a product is rounded like its factor
    let private a = 1.0 / 128.0

    /// The first piece's weights as a function of the second's, w, and the activation that results.
    let private special: (string * (Tensor -> Tensor) * (Tensor -> Tensor)) list =
        [
            "ReLU", (fun w -> 0.0 * w), Tensor.relu
            "leaky ReLU", (fun w -> a * w), Activation.leakyRelu a
            "absolute value", Tensor.negate, Tensor.abs
            "identity", id, id
        ]

    /// The number of outputs that differ from the activation's.
    let private differences (seed: uint64) (first, activation) =
        List.init Cases (fun index ->
            let key = Random.split seed index
            let inputs, units = 1 + index % 5, 1 + index % 3
            let w = linear key inputs units

            let x =
                Tensor.constant [ 4; inputs ] (Random.normals (Random.split key 1) (4 * inputs))

            let values =
                Reference.evaluate
                    []
                    [ Maxout.forward (maxout (map first w) w) x; activation (Linear.forward w x) ]

            Array.map2 (fun a b -> if a = b then 0 else 1) values[0] values[1] |> Array.sum)
        |> List.sum

    /// Units whose losing piece gets a gradient or whose winning piece gets none, and units with equal pieces whose first
    /// does not get all of it.
    let private gradients (seed: uint64) =
        let pieces x tie =
            let first = linear (Random.split seed 1) 3 20
            let second = if tie then first else linear (Random.split seed 2) 3 20
            let values = [ first; second ] |> List.map (fun piece -> Linear.forward piece x)
            let stacked = Tensor.reshape [ 1; 2; 20 ] (Tensor.concat 1 values)

            let gradient =
                Gradient.grad (fun pieces -> Tensor.sumAll (Tensor.max 1 pieces)) stacked

            Reference.evaluate [] (gradient :: values)

        let wrong (found: float[] list) =
            Seq.init 20 (fun unit ->
                let winner = if found[1][unit] >= found[2][unit] then 0 else 1
                found[0][20 * winner + unit] <> 1.0 || found[0][20 * (1 - winner) + unit] <> 0.0)
            |> Seq.filter id
            |> Seq.length

        let x = Tensor.constant [ 1; 3 ] (Random.normals seed 3)
        wrong (pieces x false) + wrong (pieces x true)

    /// Fewer runs have no verdict.
    [<Literal>]
    let private Seeds = 5

    /// <summary>From exact counts, and from trainings at a rate that is too high.</summary>
    /// <param name="ratio">Parameters / parameters of a linear layer.</param>
    /// <param name="wrong">Units whose gradient is not the winner's alone.</param>
    /// <param name="differing">Outputs that differ, by special case.</param>
    /// <param name="dead">The maximum share of maxout units without a gradient.</param>
    /// <param name="relu">The median share of ReLU's, at the same rate.</param>
    let conditions ratio wrong (differing: (string * int) list) dead relu : Condition list =
        [
            for name, count in differing do
                Condition.never $"{name} is a special case" count "compared bit by bit"

            Condition.exactly "maxout doubles the parameters of every neuron" ratio 2.0 "a count"
            Condition.never
                "maxout does not saturate: the whole gradient goes to the winner, in a tie to the first"
                wrong
                "one of 40 units would contradict"
            Condition.atLeast
                "at this rate ReLU's units die"
                relu
                0.1
                "the share at which the doctor warns: otherwise survival would prove nothing"
            Condition.exactly
                "maxout units do not die"
                dead
                0.0
                "the maximum share over the runs: a single unit would contradict"
        ]

    let private run (setting: Setting) : Outcome =
        let seed = setting.Seed

        let found =
            special
            |> List.map (fun (name, first, activation) -> name, differences seed (first, activation))

        let wrong = gradients seed

        let parameters =
            Network.parameterCount (Maxout.network (Maxout.create He seed 2 10 7))

        let single = Network.parameterCount (Linear.network (Linear.create He seed 10 7))
        let ratio = float parameters / float single

        let seeds = Setting.seeds 10 3 setting
        let count = if setting.Quick then 600 else Digits.Count

        let trained =
            [
                (fun key -> Dense.maxout 2 key TooHighRate.sizes)
                (fun key -> Dense.network "relu" key TooHighRate.sizes)
            ]
            |> Runs.bySeed (TooHighRate.train count) seeds

        let dead = trained.Head |> List.map _.WithoutGradient |> List.max
        let reluDead = trained[1] |> List.map _.WithoutGradient |> Statistics.median
        let conditions = conditions ratio wrong found dead reluDead

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                Measurement.versus 2.0 "parameters / parameters of one linear piece" ratio
                :: Measurement.own "units of 40 whose gradient is not the winner's alone" (float wrong)
                :: (found
                    |> List.map (fun (name, differing) ->
                        Measurement.own $"outputs that differ from {name}" (float differing)))
                @ [
                    Measurement.own "hidden units without gradient, maxout, maximum share" dead
                    Measurement.own "hidden units without gradient, ReLU, median share" reluDead
                    Measurement.own
                        "pieces of maxout units that never win, median share"
                        (trained.Head |> List.map _.Unused |> Statistics.median)
                    for name, runs in List.zip [ "maxout"; "ReLU" ] trained do
                        Measurement.own
                            $"error on new digits, {name}"
                            (runs |> List.map _.Error |> Statistics.median)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{count} digits, three fifths for training with Adam at rate 0.03. No unit is lost, but pieces are: a piece that never wins stops learning, and a unit with one piece left is linear."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "maxout"
            Row = "R16"
            Title = "Maxout generalises ReLU and does not die, for twice the parameters"
            Claim =
                "max(W₁ᵀx + b₁, W₂ᵀx + b₂) generalises ReLU and leaky ReLU and does not die, but doubles the parameters of every neuron."
            Source =
                "the lecture, slide \"Maxout\"; Goodfellow, Warde-Farley, Mirza, Courville and Bengio, \"Maxout networks\" (2013)"
            Data = NoData
            Run = run
        }
