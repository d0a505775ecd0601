namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures

/// <summary>R24: for any continuous function and any ε there is a network with one hidden layer that is everywhere within ε
/// of it.</summary>
/// <remarks>The slide says "for some ε", which one ε would satisfy. The strong form is tested: from a formula and an ε a network
/// is built, and a bound on the distance is proved by enclosing it everywhere, including float32 rounding. Continuous functions
/// include more than those with bounded slopes: √x has none at 0, and is built by its Hölder bound |√x - √y| ≤ |x - y|^½. The
/// counterpart: if the activation is a polynomial of degree p, so is the network, and somewhere on [-1, 1] it is at least 2⁻ᵖ
/// away from xᵖ⁺¹. One network that is not proved, or one polynomial that comes closer, would contradict the claim.</remarks>
module internal Universal =
    let private oneHiddenLayer = [ "relu"; "sigmoid"; "tanh"; "bumps" ]

    let private cases (quick: bool) =
        let epsilons = if quick then [ 0.1 ] else [ 0.1; 0.02 ]

        [
            for text, domain in
                [
                    Formulas.Sine, Formulas.unit
                    Formulas.Nielsen, Formulas.unit
                    "abs(x)", Formulas.interval -1.0 1.0
                    "exp(-x^2)", Formulas.interval -2.0 2.0
                    "sqrt(x + 0.01)", Formulas.unit
                ] do
                for method in oneHiddenLayer do
                    for epsilon in epsilons -> method, Formulas.ofX text, [| domain |], epsilon
        ]

    /// Of two variables, by triangles: this construction has more hidden layers.
    let private plane quick =
        Construction.build
            "kuhn"
            (Expression.parse [ "x"; "y" ] "sin(pi*x)*y")
            [| Formulas.unit; Formulas.unit |]
            (if quick then 0.3 else 0.1)
            None
            None

    /// √x on [0, 1], whose slope is unbounded: only its Hölder bound |x - y|^½ is used.
    let private squareRoot (build, epsilon: float) : Certificate =
        let approximation: Approximation =
            build sqrt (Smoothness.holder 1.0 0.5) Formulas.unit (0.9 * epsilon)

        Certificate.prove
            Tensor.sqrt
            approximation.Network
            [| Formulas.unit |]
            epsilon
            (Certificate.mostBoxes approximation.Network)

    /// Polynomial activations by their degree.
    let private polynomials: (int * string * (Tensor -> Tensor)) list =
        [ 1, "z", id; 2, "z²", (fun z -> z * z); 3, "z³ - z", (fun z -> z * z * z - z) ]

    /// <summary>Where polynomials of degree p miss xᵖ⁺¹: the p + 2 points cos(kπ / (p + 1)), at which the Chebyshev polynomial of
    /// degree p + 1 alternates between 1 and -1.</summary>
    let private extrema (p: int) : float[] =
        Array.init (p + 2) (fun k -> cos (float k * Math.PI / float (p + 1)))

    /// <summary>The maximum distance between a network of one input and xᵖ⁺¹ at those points.</summary>
    let miss (p: int) (network: Network) : float =
        let xs = extrema p

        Array.map2 (fun x y -> abs (x ** float (p + 1) - y)) xs (Formulas.outputs network xs)
        |> Array.max

    /// One hidden layer with a given activation.
    let shallow (kind: string) (f: Tensor -> Tensor) (key: uint64) (units: int) : Network =
        Linear.network (Linear.create Glorot (Random.split key 0) 1 units)
        >=> Network.ofLayer (Layer.ofFunction kind f)
        >=> Linear.network (Linear.create Glorot (Random.split key 1) units 1)

    /// The minimum of a network's distance / 2⁻ᵖ, with random weights and fitted to the points.
    let private nearest (key: uint64) (p: int, kind, f) : float =
        let xs = extrema p
        let x = Tensor.constant [ xs.Length; 1 ] xs

        let target =
            Tensor.constant [ xs.Length; 1 ] (xs |> Array.map (fun x -> x ** float (p + 1)))

        // high powers approximate the maximum error
        let loss network =
            let error = Tensor.abs (Network.forward network x - target)
            Tensor.meanAll (Tensor.power error (Tensor.scalar 8.0))

        [
            for index in 1..20 do
                let start = shallow kind f (Random.split key index) (1 + index)
                miss p start
                miss p (QuasiNewton.train loss start 200 |> fst)
        ]
        |> List.min

    /// <summary>From proofs and from fitted polynomials.</summary>
    /// <param name="smooth">The maximum proved bound / ε, for functions with bounded slopes.</param>
    /// <param name="steep">The same for √x.</param>
    /// <param name="misses">For polynomial activations of degree p: the minimum distance / 2⁻ᵖ.</param>
    let conditions (smooth: float) (steep: float) (misses: float list) : Condition list =
        [
            Condition.atMost
                "functions with bounded slopes: every network of one hidden layer is proved to be within its ε"
                smooth
                1.0
                "the maximum proved bound / ε: the claim itself"
            Condition.atMost
                "any continuous function, even √x with its unbounded slope: every network is proved to be within its ε"
                steep
                1.0
                "the maximum proved bound / ε: the claim itself"
            Condition.atLeast
                "polynomial activations are not universal: none comes closer than 2⁻ᵖ to xᵖ⁺¹"
                (List.min misses)
                (1.0 - 1e-9)
                "the minimum distance / 2⁻ᵖ: Chebyshev's theorem, in double precision"
        ]

    let private run (setting: Setting) : Outcome =
        let built =
            cases setting.Quick
            |> Runs.map (fun _ (method, expression, box, epsilon) ->
                method, expression, epsilon, Construction.build method expression box epsilon None None)

        let misses =
            polynomials
            |> Runs.map (fun _ (p, kind, f) -> p, kind, nearest (Random.split setting.Seed p) (p, kind, f))

        let certificates =
            built |> List.map (fun (_, _, _, construction) -> construction.Certificate)

        let roots =
            [
                Approximation.bumps, 0.1
                Approximation.bumps, 0.02
                Approximation.sigmoid, 0.1
            ]
            |> Runs.map (fun _ -> squareRoot)

        let ratio (certificate: Certificate) = certificate.Bound / certificate.Epsilon
        let maximum = List.map ratio >> List.max
        let plane = plane setting.Quick

        let conditions =
            conditions
                (maximum certificates)
                (maximum roots)
                (misses |> List.map (fun (p, _, miss) -> miss / 2.0 ** float -p))

        let _, expression, _, shown =
            built
            |> List.find (fun (method, expression, _, _) ->
                method = "sigmoid" && expression.Text = Formulas.Nielsen)

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own
                        "networks proved to be within their ε"
                        (certificates |> List.filter _.Holds |> List.length |> float)
                    Measurement.own "of" (float certificates.Length)
                    Measurement.own "maximum proved bound / ε" (maximum certificates)
                    Measurement.own "the same for √x, by its Hölder bound" (maximum roots)
                    Measurement.own
                        "the same for a function of two variables, by triangles"
                        (ratio plane.Certificate)
                    Measurement.own
                        "maximum number of neurons"
                        (built
                         |> List.map (fun (_, _, _, construction) -> construction.Approximation.Neurons)
                         |> List.max
                         |> float)
                    for p, kind, miss in misses do
                        Measurement.versus
                            (2.0 ** float -p)
                            $"minimum distance from x^{p + 1} with activation {kind} (published: its lower bound)"
                            miss
                ]
            Seeds = 0
            Notes =
                [
                    "One hidden layer of relu, sigmoid, tanh or step units for functions of x. That one is also enough for several variables is Cybenko's theorem, for which there is no construction here: the one by triangles has more layers, and does not count."
                    "Bounds hold everywhere, not only at samples, and for the float32 network however it is computed."
                ]
            Figures =
                [
                    "universal",
                    Approximations.draw
                        $"{shown.Approximation.Method}: {shown.Approximation.Neurons} neurons for {expression.Text}"
                        expression
                        shown.Approximation.Domain
                        shown.Approximation.Network
                        shown.Certificate
                ]
        }

    let experiment: Experiment =
        {
            Name = "universal"
            Row = "R24"
            Title = "One hidden layer approximates any continuous function"
            Claim =
                "For every continuous function f and every ε > 0 there is a network g with one hidden layer such that |f(x) - g(x)| < ε for all x; polynomial activations cannot do this."
            Source =
                "Cybenko, \"Approximation by superpositions of a sigmoidal function\" (1989); Leshno, Lin, Pinkus and Schocken, \"Multilayer feedforward networks with a nonpolynomial activation function can approximate any function\" (1993)"
            Data = NoData
            Run = run
        }
