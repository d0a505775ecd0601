namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R25: a sum of bumps is a universal approximator as well, and takes far more numbers than a trained network.</summary>
/// <remarks>g(x) = Σ f(mᵢ) 1[x in cell i] with the middles mᵢ of cells of width h: sup |f - g| ≤ L h / 2, reached by f(x) = L x. The
/// slide's intervals a &lt; x &lt; b leave their ends out, where g is 0.</remarks>
module Bumps =
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

    /// How far the slide's sum is off at most at the ends of its bumps, for a function.
    let private openError (expression: Expression) (bumps: int) : float =
        let f x = Expression.value expression [| x |]
        let edges = Cells.edges Formulas.unit bumps

        edges |> Array.map (fun x -> abs (f x - openSum f edges x)) |> Array.max

    /// <summary>The verdict.</summary>
    /// <param name="proved">Whether each sum of bumps is proved to be within its ε.</param>
    /// <param name="tight">The share of the bound that a straight line reaches.</param>
    /// <param name="sine">Numbers of bumps / numbers of a trained network within 0.001 of sin 2πx.</param>
    /// <param name="nielsen">The same within 0.1 of Nielsen's function.</param>
    let judge (proved: bool) (tight: float) (sine: float) (nielsen: float) : Verdict =
        Verdict.ofAll
            [
                "every sum of bumps is proved to be within its ε", proved
                "a straight line is 99 % of the bound away", tight >= 0.99 && tight <= 1.0
                "sin 2πx takes 30 times the numbers of a trained network or more", sine >= 30.0
                "Nielsen's function takes 3 times the numbers or more", nielsen >= 3.0
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
        let proved = built |> List.forall _.Certificate.Holds

        {
            Verdict = judge proved tight sine.Ratio nielsen.Ratio
            Measurements =
                [
                    Measurement.own "greatest distance of 20 cells from a straight line / its bound" tight
                    Measurement.own "bumps within 0.001 of sin 2πx" (float sine.Bumps)
                    Measurement.own
                        "tanh units within 0.001 of it, trained"
                        (float sine.Trained.Approximation.Neurons)
                    Measurement.own "numbers of the bumps / numbers of the network" sine.Ratio
                    Measurement.own "bumps within 0.1 of Nielsen's function" (float nielsen.Bumps)
                    Measurement.own
                        "tanh units within 0.1 of it, trained"
                        (float nielsen.Trained.Approximation.Neurons)
                    Measurement.own
                        "numbers of the bumps / numbers of the network, Nielsen's within 0.1"
                        nielsen.Ratio
                    Measurement.own "the same within 0.05" nearer.Ratio
                    Measurement.own
                        "greatest error of the slide's open intervals at their ends, 20 bumps for sin 2πx"
                        (openError sine.Formula 20)
                ]
            Seeds = 0
            Notes =
                [
                    "A bump takes three numbers: two ends and a height. Networks count weights and biases."
                    "With a < x < b, as on the slide, the sum is 0 at the ends of the bumps; the intervals have to be half-open."
                ]
            Figures = [ "bumps", draw built[0] built[1] sine.Formula ]
        }

    let experiment: Experiment =
        {
            Name = "bumps"
            Row = "R25"
            Title = "A sum of bumps is a universal approximator too"
            Claim =
                "In one dimension, the sum of indicator bumps g(x) = Σ cᵢ 1(aᵢ < x < bᵢ) is a universal approximator as well, but nobody would use it."
            Source = "the lecture, slide \"Representational power\", notes"
            Band =
                "Sums of bumps are proved to be within their ε, a straight line comes within 1 % of the bound L h / 2, and the bumps take 30 times the numbers of a trained network within 0.001 of sin 2πx at least, 3 times those within 0.1 of Nielsen's function. Nothing is statistical."
            Data = NoData
            Run = run
        }
