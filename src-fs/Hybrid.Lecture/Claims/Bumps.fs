namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures

/// <summary>R25: a sum of bumps is also a universal approximator, but takes far more numbers than a trained network.</summary>
/// <remarks>Slide: in one dimension the sum of indicator bumps is a universal approximator too, but no one would suggest that we
/// use it: networks express smooth functions compactly. Measured: g(x) = Σ f(mᵢ) 1[x in cell i] with the middles mᵢ of cells of
/// width h, for which sup |f - g| ≤ L h / 2, reached by f(x) = L x; and the count of numbers it takes, compared with a trained
/// network proved to be as close. CS231n's intervals a &lt; x &lt; b exclude their ends, where g is 0. A bump sum that is not
/// proved, or less than ten times the numbers, contradicts the claim.</remarks>
module internal Bumps =
    [<Literal>]
    let private Shown = 0.15

    /// The distance from a straight line, as a share of its bound.
    let private tightness () : float =
        let line = Approximation.bumps id (Smoothness.lipschitz 1.0) Formulas.unit 0.05

        let struct (measured, _) =
            Certificate.sampled (fun x -> x - Network.forward line.Network x) line.Domain 10_000

        measured / line.Bound

    /// The slide's sum, whose bumps are where a < x < b.
    let openSum (f: float -> float) (edges: float[]) (x: float) : float =
        edges
        |> Array.pairwise
        |> Array.sumBy (fun (a, b) -> if a < x && x < b then f ((a + b) / 2.0) else 0.0)

    /// The maximum error of the slide's sum at the ends of its bumps, for a function.
    let private openError (expression: Expression) (bumps: int) : float =
        let f x = Expression.value expression [| x |]
        let edges = Cells.edges Formulas.unit bumps

        edges |> Array.map (fun x -> abs (f x - openSum f edges x)) |> Array.max

    /// <summary>From proofs and counts of numbers.</summary>
    /// <param name="proved">The maximum proved bound / ε over sums of bumps.</param>
    /// <param name="tight">The share of the bound that a straight line reaches.</param>
    /// <param name="compared">By function and ε: numbers in the bumps / numbers in a trained network.</param>
    let conditions (proved: float) (tight: float) (compared: (string * float) list) : Condition list =
        Condition.atMost
            "a sum of bumps is within any ε"
            proved
            1.0
            "the maximum proved bound / ε: the claim itself"
        :: Condition.atLeast
            "a sum of bumps is no closer than L h / 2 to a straight line"
            tight
            0.99
            "of the bound; a finite grid of points misses the last hundredth"
        :: [
            for name, ratio in compared ->
                Condition.atLeast
                    $"no one would use them: a network is far more compact, {name}"
                    ratio
                    10.0
                    "times as many numbers: an order of magnitude; below that either form could be used"
        ]

    let private draw
        (bumps: ConstructionResult)
        (trained: ConstructionResult)
        (expression: Expression)
        : Figure =
        let xs = Formulas.places 1200 Formulas.unit

        let network (construction: ConstructionResult) =
            Formulas.outputs construction.Approximation.Network xs

        let target = xs |> Array.map (fun x -> Expression.value expression [| x |])

        Chart.create
            $"sin 2πx within {Shown}: bumps and a trained network"
            (Axis.linear "x")
            (Axis.linear "value")
            [
                Lines.band
                    Muted
                    $"within {Shown}"
                    xs
                    (target |> Array.map (fun y -> y - Shown))
                    (target |> Array.map (fun y -> y + Shown))
                Lines.line (Series 1) $"{bumps.Approximation.Neurons + 1} bumps" xs (network bumps)
                Lines.line (Series 0) $"{trained.Approximation.Neurons} tanh units" xs (network trained)
                Lines.dashed Ink "function" xs target
            ]
        |> Chart.draw

    let private run (_: Setting) : Outcome =
        let build method text epsilon =
            Construction.build method (Formulas.ofX text) [| Formulas.unit |] epsilon None None

        let built =
            [
                "bumps", Formulas.Sine, Shown
                "trained", Formulas.Sine, Shown
                "bumps", Formulas.Sine, 0.01
                "bumps", Formulas.Nielsen, 0.05
            ]
            |> Runs.map (fun _ (method, text, epsilon) -> build method text epsilon)

        let compared =
            [ Formulas.Sine, 0.001; Formulas.Nielsen, 0.1; Formulas.Nielsen, 0.05 ]
            |> Runs.map (fun _ (text, epsilon) -> Compactness.compare text epsilon)

        let sine, nielsen, nearer = compared[0], compared[1], compared[2]
        let tight = tightness ()

        let proved =
            built
            |> List.map (fun one -> one.Certificate.Bound / one.Certificate.Epsilon)
            |> List.max

        let conditions =
            conditions
                proved
                tight
                [
                    "sin 2πx within 0.001", sine.Ratio
                    "Nielsen's function within 0.1", nielsen.Ratio
                    "Nielsen's function within 0.05", nearer.Ratio
                ]


        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "maximum distance of 20 cells from a straight line / its bound" tight
                    Measurement.own "bumps within 0.001 of sin 2πx" (float sine.Bumps)
                    Measurement.own
                        "tanh units within 0.001 of it, trained"
                        (float sine.Trained.Approximation.Neurons)
                    Measurement.own "numbers in the bumps / numbers in the network" sine.Ratio
                    Measurement.own "bumps within 0.1 of Nielsen's function" (float nielsen.Bumps)
                    Measurement.own
                        "tanh units within 0.1 of it, trained"
                        (float nielsen.Trained.Approximation.Neurons)
                    Measurement.own
                        "numbers in the bumps / numbers in the network, Nielsen's within 0.1"
                        nielsen.Ratio
                    Measurement.own "the same within 0.05" nearer.Ratio
                    Measurement.own
                        "maximum error of the slide's open intervals at their ends, 20 bumps for sin 2πx"
                        (openError sine.Formula 20)
                ]
            Seeds = 0
            Notes =
                [
                    "A bump takes three numbers: two ends and a height. Networks count weights and biases."
                    "With a < x < b, as on the slide, the sum is 0 at the ends of the bumps; the intervals must be half-open."
                ]
            Figures = [ "bumps", draw built[0] built[1] sine.Formula ]
        }

    let experiment: Experiment =
        {
            Name = "bumps"
            Row = "R25"
            Title = "A sum of bumps is also a universal approximator"
            Claim =
                "In one dimension, the sum of indicator bumps is also a universal approximator, but no one would suggest that we use it."
            Source = "the lecture, slide \"Representational power\", notes"
            Data = NoData
            Run = run
        }
