namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R10: inputs that are all positive make gradients of one sign, and paths that zig-zag.</summary>
/// <remarks>∂L/∂wⱼ = δ xⱼ, with the same δ for all weights of a neuron: if every x is positive, each example pushes all weights
/// the same way. A neuron σ(w·x) with two weights learns, one example at a time at rate 1, the outputs of a neuron with
/// weights (2, -2), from (0, 0) to within a tenth of the way; its inputs are uniform in [0, 1]², or the same moved to
/// [-½, ½]². With five times 20 seeds the
/// medians were 2.4 to 2.5 with positive inputs, 1.2 to 1.3 with centred ones, and 1.1 in batches.</remarks>
module internal ZigZag =
    let private goal = 2.0, -2.0

    /// The median of fewer runs says nothing.
    [<Literal>]
    let private Seeds = 5

    [<Literal>]
    let private MostSteps = 100000

    /// Uniform in [0, 1) for each step: the key's own sequence.
    let private input centred (key: uint64) step =
        let struct (a, b, _, _) = Random.philox key 0UL (uint64 step)

        let unit (word: uint32) =
            float (word >>> 8) / 16777216.0 - (if centred then 0.5 else 0.0)

        unit a, unit b

    let private distance (a1, a2) (b1, b2) : float =
        sqrt ((a1 - b1) ** 2.0 + (a2 - b2) ** 2.0)

    /// <summary>The gradient of one example's cross-entropy: (σ(w·x) - y) x with the teacher's output y.</summary>
    let gradient (w1: float, w2: float) (x1: float, x2: float) : float * float =
        let answer (w1, w2) = Special.sigmoid (w1 * x1 + w2 * x2)
        let delta = answer (w1, w2) - answer goal
        delta * x1, delta * x2

    /// <summary>The weights from the start through nine tenths of the way.</summary>
    /// <param name="centred">Whether inputs have mean 0.</param>
    /// <param name="batch">The number of examples that each step averages.</param>
    /// <param name="key">Draws the inputs.</param>
    let path (centred: bool) (batch: int) (key: uint64) : (float * float)[] =
        let step (w, count) =
            if count = MostSteps || distance w goal <= 0.1 * distance (0.0, 0.0) goal then
                None
            else
                let slopes =
                    List.init batch (fun i -> gradient w (input centred key (count * batch + i)))

                let w1 = fst w - List.averageBy fst slopes
                let w2 = snd w - List.averageBy snd slopes
                Some((w1, w2), ((w1, w2), count + 1))

        Array.append [| 0.0, 0.0 |] (Array.unfold step ((0.0, 0.0), 0))

    /// The length of a path / that of the straight way.
    let private detour (path: (float * float)[]) =
        (path |> Array.pairwise |> Array.sumBy (fun (a, b) -> distance a b))
        / distance (Array.head path) (Array.last path)

    /// For random neurons with several weights, how often the signs of an example's gradients differ, and how often those of
    /// the sum over a batch of 32 do.
    let private signs (seed: uint64) =
        let one index =
            let key = Random.split seed index
            let inputs = 2 + index % 7

            let x =
                Tensor.constant
                    [ 32; inputs ]
                    (Random.uniforms key 0UL (32 * inputs) |> Array.map (fun u -> u + 1e-3))

            let y = Tensor.constant [ 32; 1 ] (Random.uniforms key 1UL 32 |> Array.map round)
            let w = Tensor.constant [ 1; inputs ] (Random.normals key inputs)

            let losses =
                let z = x *@ Tensor.transpose w
                Tensor.softplus z - y * z

            // a copy of the weights per example separates their gradients
            let each =
                let copies = Tensor.broadcast [ 32; inputs ] w
                let z = Tensor.reshape [ 32; 1 ] (Tensor.sum 1 (copies * x))
                Derivative.gradient (Tensor.sumAll (Tensor.softplus z - y * z)) [ copies ]

            let values =
                Reference.evaluate [] (each @ Derivative.gradient (Tensor.sumAll losses) [ w ])

            let mixed (gradients: float[]) =
                gradients |> Array.exists (fun g -> sign g <> sign gradients[0])

            values[0] |> Array.chunkBySize inputs |> Array.filter mixed |> Array.length, mixed values[1]

        let found = List.init 100 one
        found |> List.sumBy fst, found |> List.filter snd |> List.length

    let private figure (key: uint64) : Figure =
        let line colour name path =
            Lines.line colour name (Array.map fst path) (Array.map snd path)

        [
            line (Series 1) "inputs in [0, 1]²" (path false 1 key)
            line (Series 0) "the same, centred" (path true 1 key)
            Scatter.points Ink "goal" [| fst goal |] [| snd goal |]
        ]
        |> Chart.create
            "The path of two weights, one example per step"
            (Axis.linear "first weight" |> Axis.within -0.5 2.25)
            (Axis.linear "second weight" |> Axis.within -2.25 0.5)
        |> Chart.sized 440.0 440.0
        |> Chart.draw

    /// From examples with mixed signs, batches with mixed signs, and the three detours.
    let conditions
        (examples: int)
        (batches: int)
        (positive: float)
        (centred: float)
        (batch: float)
        : Condition list =
        [
            Condition.never
                "with positive inputs an example's gradients are all positive or all negative"
                examples
                "a theorem: each is a common factor times a positive input"
            Condition.atLeast
                "gradients summed over a batch can have both signs"
                (float batches)
                1.0
                "one batch shows that they can"
            Condition.atLeast
                "the updates zig-zag: the path is longer than with centred inputs"
                (positive / centred)
                1.5
                "half as long again: more than the start or the order of the examples explains"
            Condition.below
                "a batch mitigates it: the path is shorter"
                (batch / positive)
                1.0
                "mitigated means shorter at all"
        ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 20 5 setting
        let examples, batches = signs setting.Seed

        let paths centred batch =
            seeds |> Runs.map (fun _ seed -> path centred batch seed)

        let positive, centred, batch = paths false 1, paths true 1, paths false 32
        let median of' = List.map of' >> Statistics.median
        let steps (path: (float * float)[]) = float (path.Length - 1)

        let conditions =
            conditions examples batches (median detour positive) (median detour centred) (median detour batch)

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "examples of 3,200 whose weight gradients differ in sign" (float examples)
                    Measurement.own "batches of 100 whose summed gradients differ in sign" (float batches)
                    Measurement.own "path / straight path, positive inputs" (median detour positive)
                    Measurement.own "path / straight path, centred inputs" (median detour centred)
                    Measurement.own
                        "path / straight path, positive inputs in batches of 32"
                        (median detour batch)
                    Measurement.own "steps, positive inputs" (median steps positive)
                    Measurement.own "steps, centred inputs" (median steps centred)
                ]
            Seeds = seeds.Length
            Notes = []
            Figures = [ "zigzag", figure setting.Seed ]
        }

    let experiment: Experiment =
        {
            Name = "zigzag"
            Row = "R10"
            Title = "Inputs that are not centred make the weights zig-zag"
            Claim =
                "If all inputs of a neuron are positive, the gradients of its weights for an example are all positive or all negative, and the updates zig-zag; summed over a batch they can have different signs, which mitigates it."
            Source =
                "the lecture, slide \"Drawbacks of Sigmoid\"; LeCun, Bottou, Orr and Müller, \"Efficient BackProp\" (1998), section 4.3"
            Data = NoData
            Run = run
        }
