namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R15: leaky ReLU has a slope everywhere, which is one attempt to fix the dying ReLU problem.</summary>
/// <remarks>Slide: f(x) = 1(x &lt; 0)(a x) + 1(x ≥ 0)(x) with a small a, such as 0.001. The lecture calls that a "small negative
/// slope"; it is a small positive slope on the negative side, and CS231n's notes now give 0.01: both are measured. Measured: the
/// formula; the share of units that no gradient reaches when digits are learned at too high a rate; and whether the attempt
/// helps: the error on new digits, compared with ReLU's from the same start. A unit without a gradient contradicts the claim, and
/// so does an error that is not smaller: then the fix has no effect that matters.</remarks>
module internal LeakyRelu =
    /// The count of numbers of both signs where the library's function differs from the slide's formula, or has slope 0.
    let private unlikeFormula (seed: uint64) (a: float) =
        let numbers = Array.append [| 0.0; 1e-300; -1e-300 |] (Random.normals seed 1000)
        let x = Tensor.constant [ numbers.Length ] numbers
        let f = Activation.leakyRelu a
        let indicator condition = if condition then 1.0 else 0.0

        let formula x =
            indicator (x < 0.0) * (a * x) + indicator (x >= 0.0) * x

        let values = Reference.evaluate [] [ f x; Gradient.grad (f >> Tensor.sumAll) x ]

        Array.map2
            (fun (x, y) slope -> if formula x = y && slope <> 0.0 then 0 else 1)
            (Array.zip numbers values[0])
            values[1]
        |> Array.sum

    /// Fewer runs have no verdict.
    [<Literal>]
    let private Seeds = 5

    /// <summary>From all runs.</summary>
    /// <param name="unlike">The count of numbers where the function differs from the formula.</param>
    /// <param name="relu">The median share of ReLU's units without a gradient.</param>
    /// <param name="leaky">The maximum share of leaky units without one.</param>
    /// <param name="gains">For each slope, ReLU's error less its own, for each seed.</param>
    let conditions
        (unlike: int)
        (relu: float)
        (leaky: float)
        (gains: (float * float list) list)
        : Condition list =
        Condition.never
            "leaky ReLU is the slide's formula, with a slope everywhere"
            unlike
            "compared bit by bit"
        :: Condition.atLeast
            "at this rate there is something to fix: ReLU's units die"
            relu
            0.1
            "the share at which the doctor warns"
        :: Condition.exactly
            "leaky units do not die"
            leaky
            0.0
            "the maximum share over the runs: a single unit would contradict"
        :: [
            for slope, gain in gains -> Condition.better $"a slope of {slope} makes the network better" gain
        ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 20 5 setting
        let count = if setting.Quick then 600 else Digits.Count
        let slopes = [ 0.001; 0.01 ]

        let units f key =
            let neurons index inputs outputs =
                Linear.network (Linear.create He (Random.split key index) inputs outputs)

            Dense.chain neurons (fun _ -> Network.ofLayer (Layer.ofFunction "rectifier" f)) TooHighRate.sizes

        let found =
            units Tensor.relu
            :: [ for slope in slopes -> units (Activation.leakyRelu slope) ]
            |> Runs.bySeed (TooHighRate.train count) seeds

        let relu, leaky = found.Head, found.Tail
        let unlike = [ 0.001; 0.01; 1.0 ] |> List.sumBy (unlikeFormula setting.Seed)
        let dead = relu |> List.map _.WithoutGradient |> Statistics.median
        let worst = leaky |> List.concat |> List.map _.WithoutGradient |> List.max

        let error (runs: TooHighRate list) =
            runs |> List.map _.Error |> Statistics.median

        let gains =
            leaky
            |> List.map (List.map2 (fun (one: TooHighRate) other -> one.Error - other.Error) relu)

        let conditions = conditions unlike dead worst (List.zip slopes gains)

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                Measurement.own "hidden units without gradient, ReLU, median share" dead
                :: Measurement.own "hidden units without gradient, leaky ReLU, maximum share" worst
                :: Measurement.own "error on new digits, ReLU" (error relu)
                :: [
                    for slope, runs in List.zip slopes leaky ->
                        Measurement.own $"error on new digits, slope {slope}" (error runs)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "The lecture's \"small negative slope\" of 0.001 is a small positive slope on the negative side."
                    $"{count} digits, three fifths for training with Adam at rate 0.03; medians. Leaky units may still use only their small slope, but they keep a gradient by which to recover."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "leaky-relu"
            Row = "R15"
            Title = "Leaky ReLU, an attempt to fix dying units"
            Claim =
                "Leaky ReLU, with a small slope a where x < 0 instead of none, is one attempt to fix the dying ReLU problem."
            Source =
                "the lecture, slide \"ReLU Pros & Cons\"; Maas, Hannun and Ng, \"Rectifier nonlinearities improve neural network acoustic models\" (2013)"
            Data = NoData
            Run = run
        }
