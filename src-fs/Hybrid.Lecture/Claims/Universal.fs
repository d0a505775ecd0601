namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R24: for any continuous function and any ε there is a network with one hidden layer that is nowhere further from it
/// than ε.</summary>
/// <remarks>The lecture says "for some ε", which one ε would satisfy. What is tested is the strong form: from a formula and an ε a network is
/// built, and a bound of the distance is proved by enclosing it everywhere, the rounding of float32 included. The counterpart: where the
/// activation is a polynomial of degree p, so is the network, and it is 2⁻ᵖ away from xᵖ⁺¹ somewhere on [-1, 1] at least.</remarks>
module Universal =
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
        @ [
            "kuhn",
            Expression.parse [ "x"; "y" ] "sin(pi*x)*y",
            [| Formulas.unit; Formulas.unit |],
            (if quick then 0.3 else 0.1)
        ]

    /// Polynomial activations by their degree.
    let private polynomials: (int * string * (Tensor -> Tensor)) list =
        [ 1, "z", id; 2, "z²", (fun z -> z * z); 3, "z³ - z", (fun z -> z * z * z - z) ]

    /// <summary>Where polynomials of degree p miss xᵖ⁺¹: the p + 2 places cos(kπ / (p + 1)), at which the Chebyshev polynomial of
    /// degree p + 1 is 1 and -1 in turn.</summary>
    let private extrema (p: int) : float[] =
        Array.init (p + 2) (fun k -> cos (float k * Math.PI / float (p + 1)))

    /// <summary>The greatest distance between a network of one input and xᵖ⁺¹ at those places.</summary>
    let miss (p: int) (network: Network) : float =
        let xs = extrema p

        Array.map2 (fun x y -> abs (x ** float (p + 1) - y)) xs (Formulas.outputs network xs)
        |> Array.max

    /// One hidden layer with an activation of one's own.
    let shallow (kind: string) (f: Tensor -> Tensor) (key: uint64) (units: int) : Network =
        Linear.network (Linear.create Glorot (Random.split key 0) 1 units)
        >=> Network.ofLayer (Layer.ofFunction kind f)
        >=> Linear.network (Linear.create Glorot (Random.split key 1) units 1)

    /// How near to 2⁻ᵖ a network gets at best, by random weights and by fitting it to the places.
    let private nearest (key: uint64) (p: int, kind, f) : float =
        let xs = extrema p
        let x = Tensor.constant [ xs.Length; 1 ] xs

        let target =
            Tensor.constant [ xs.Length; 1 ] (xs |> Array.map (fun x -> x ** float (p + 1)))

        // high powers come near to the greatest error
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

    /// <summary>The verdict.</summary>
    /// <param name="proved">Whether each approximation is proved to be within its ε.</param>
    /// <param name="misses">For polynomial activations of degree p: p, and the least distance that was reached.</param>
    let judge (proved: bool list) (misses: (int * float) list) : Verdict =
        Verdict.ofAll
            [
                "every network is proved to be within its ε", List.forall id proved
                "no network with a polynomial activation comes nearer than 2⁻ᵖ",
                misses |> List.forall (fun (p, miss) -> miss >= (1.0 - 1e-9) * 2.0 ** float -p)
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

        let ratio (certificate: Certificate) = certificate.Bound / certificate.Epsilon

        let _, expression, _, shown =
            built
            |> List.find (fun (method, expression, _, _) ->
                method = "sigmoid" && expression.Text = Formulas.Nielsen)

        {
            Verdict =
                judge (certificates |> List.map _.Holds) (misses |> List.map (fun (p, _, miss) -> p, miss))
            Measurements =
                [
                    Measurement.own
                        "networks that are proved to be within their ε"
                        (certificates |> List.filter _.Holds |> List.length |> float)
                    Measurement.own "of" (float certificates.Length)
                    Measurement.own "greatest proved bound / ε" (certificates |> List.map ratio |> List.max)
                    Measurement.own
                        "most neurons"
                        (built
                         |> List.map (fun (_, _, _, construction) -> construction.Approximation.Neurons)
                         |> List.max
                         |> float)
                    for p, kind, miss in misses do
                        Measurement.beside
                            (2.0 ** float -p)
                            $"nearest to x^{p + 1} with the activation {kind} (published: its lower bound)"
                            miss
                ]
            Seeds = 0
            Notes =
                [
                    "One hidden layer of relu, sigmoid, tanh or step units for functions of x; for two variables the construction by triangles, which has more layers."
                    "Bounds count every place, not samples, and hold for the float32 network however it is computed."
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
                "For every continuous function f and every ε > 0 there is a network g with one hidden layer such that |f(x) - g(x)| < ε for all x; not so for polynomial activations."
            Source =
                "Cybenko, \"Approximation by superpositions of a sigmoidal function\" (1989); Leshno, Lin, Pinkus and Schocken, \"Multilayer feedforward networks with a nonpolynomial activation function can approximate any function\" (1993)"
            Band =
                "Every network that is built has a certificate of its ε, and no network with a polynomial activation of degree p, random or fitted, comes nearer to x^(p+1) than 2^-p. Nothing is statistical."
            Data = NoData
            Run = run
        }
