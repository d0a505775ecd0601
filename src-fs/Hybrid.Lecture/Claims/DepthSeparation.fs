namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures

/// <summary>R27: the exact benefit of depth: functions that few layers of few units represent, but one hidden layer only with
/// many.</summary>
/// <remarks>The k-fold tooth takes 2k rectified units in k layers, and 2ᵏ - 1 in one; anything closer than ½ needs as many. x²
/// within 2^(-2m-2) takes 4m units in m layers, and at least 1/√(8ε) - 1 in one.</remarks>
module internal DepthSeparation =
    let private folds = [ 1..10 ]
    let private levels = [ 1..10 ]

    /// Multiples of 2⁻ᵏ from 0 to 1.
    let private dyadic (k: int) : float[] = Formulas.places (1 <<< k) Formulas.unit

    /// Whether the network alternates between 0 and 1 at the multiples of 2⁻ᵏ, to the bit, and has 2ᵏ lines.
    let isTooth (k: int) (network: Network) : bool =
        let ys = Formulas.outputs network (dyadic k)

        ys |> Array.indexed |> Array.forall (fun (i, y) -> y = float (i % 2))
        && Regions.pieces network Formulas.unit = (1 <<< k)

    /// The distance of the m-level square from x² at odd multiples of 2^(-m-1), where it is largest: the minimum and the maximum.
    let private squareErrors (m: int) : float * float =
        let xs =
            dyadic (m + 1)
            |> Array.indexed
            |> Array.filter (fun (i, _) -> i % 2 = 1)
            |> Array.map snd

        let errors =
            Array.map2 (fun x y -> y - x * x) xs (Formulas.outputs (Deep.square m).Network xs)

        Array.min errors, Array.max errors

    /// <summary>The minimum distance of a hidden layer of 2ᵏ - 2 rectified units from the k-fold tooth, at the multiples of 2⁻ᵏ:
    /// with random weights, and fitted.</summary>
    let private nearest (key: uint64) (k: int) : float =
        let xs = dyadic k
        let x = Tensor.constant [ xs.Length; 1 ] xs
        let target = xs |> Array.mapi (fun i _ -> float (i % 2))

        let miss network =
            Array.map2 (fun t y -> abs (t - y)) target (Formulas.outputs network xs)
            |> Array.max

        let loss network =
            let error = Network.forward network x - Tensor.constant [ xs.Length; 1 ] target

            Tensor.meanAll (error * error)

        [
            for index in 1..10 do
                let start =
                    Universal.shallow "relu" Tensor.relu (Random.split key index) (Deep.shallowUnits k - 1)

                miss start
                miss (QuasiNewton.train loss start 300 |> fst)
        ]
        |> List.min

    /// <summary>From exact counts.</summary>
    /// <param name="teeth">The number of teeth that are not exact.</param>
    /// <param name="squares">For each m: m, and the minimum and maximum error where it should be 2^(-2m-2).</param>
    /// <param name="missed">The distances of networks with one unit too few from a tooth.</param>
    let conditions (teeth: int) (squares: (int * (float * float)) list) (missed: float) : Condition list =
        let differs (m: int, (least, most)) =
            let error = 2.0 ** float (-2 * m - 2)
            least <> error || most <> error

        [
            Condition.never
                "k layers of two units are the k-fold tooth"
                teeth
                "teeth of 1 to 10 folds that differ in a bit: all numbers are dyadic, so nothing is rounded"
            Condition.never
                "m layers of four units are x² to 2^(-2m-2)"
                (squares |> List.filter differs |> List.length)
                "levels of 1 to 10 whose error differs in a bit"
            Condition.atLeast
                "one hidden layer with one unit too few is ½ away from a tooth"
                missed
                (0.5 - 1e-9)
                "a theorem by counting lines; in double precision, hence to 1e-9"
        ]

    let private draw () : Figure =
        let tooth =
            let xs = Formulas.places 1024 Formulas.unit

            Chart.create
                "Four layers of two units each: 16 lines"
                (Axis.linear "x")
                (Axis.linear "value")
                [ Lines.line (Series 0) "" xs (Formulas.outputs (Deep.sawtooth 4) xs) ]
            |> Chart.sized 420.0 300.0

        let squares = levels |> List.map Deep.square
        let errors = squares |> List.map _.Bound |> Array.ofList
        let deep = squares |> List.map (fun square -> float square.Neurons) |> Array.ofList
        let shallow = errors |> Array.map (Deep.shallowSquareUnits >> ceil >> max 1.0)

        let units =
            Chart.create
                "Units needed for x²"
                (Axis.logarithmic "maximum error")
                (Axis.logarithmic "units")
                [
                    Lines.line (Series 0) "m layers of four" errors deep
                    Scatter.points (Series 0) "" errors deep
                    Lines.line (Series 1) "one hidden layer, at least" errors shallow
                    Scatter.points (Series 1) "" errors shallow
                ]
            |> Chart.sized 420.0 300.0

        Figure.row [ Chart.draw tooth; Chart.draw units ]

    let private run (setting: Setting) : Outcome =
        let teeth =
            folds |> List.filter (fun k -> not (isTooth k (Deep.sawtooth k))) |> List.length

        let squares = levels |> List.map (fun m -> m, squareErrors m)

        let missed =
            [ 2; 3; 4 ]
            |> Runs.map (fun _ k -> nearest (Random.split setting.Seed k) k)
            |> List.min

        let k, m = List.last folds, List.last levels

        let conditions = conditions teeth squares missed

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own
                        $"lines of {k} layers of two units"
                        (Regions.pieces (Deep.sawtooth k) Formulas.unit |> float)
                    Measurement.own
                        "units that one hidden layer needs for them"
                        (Deep.shallowUnits k |> float)
                    Measurement.own
                        $"units in {m} layers for x² within {SignificantDigits.up 3 (Deep.square m).Bound}"
                        ((Deep.square m).Neurons |> float)
                    Measurement.own
                        "units that one hidden layer needs for it, at least"
                        (ceil (Deep.shallowSquareUnits (Deep.square m).Bound))
                    Measurement.own
                        "minimum distance of a hidden layer with one unit too few from a tooth, random or fitted"
                        missed
                ]
            Seeds = 0
            Notes =
                [
                    "Both are universal, so neither can represent what the other cannot; only the number of units differs."
                    "Whether deeper networks do better on data is a different question: see R36."
                ]
            Figures = [ "depth_separation", draw () ]
        }

    let experiment: Experiment =
        {
            Name = "depth-separation"
            Row = "R27"
            Title =
                "Deep networks represent no more than shallow ones, but some functions with far fewer units"
            Claim =
                "The representational power of deep networks is equal to that of networks with one hidden layer; depth only makes them more compact."
            Source =
                "the lecture, slide \"Representational power\", notes; Telgarsky, \"Representation benefits of deep feedforward networks\" (2015); Yarotsky, \"Error bounds for approximations with deep ReLU networks\" (2017)"
            Data = NoData
            Run = run
        }
