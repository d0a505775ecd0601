namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R9: the sigmoid, and its slope at the tails.</summary>
/// <remarks>σ(x) = 1/(1 + e⁻ˣ), σ' = σ(1 - σ). Facts about the function, checked on a grid of 20,001 points of [-40, 40] with the
/// graph's own derivative in double precision.</remarks>
module internal Sigmoid =
    [<Literal>]
    let private Points = 20001

    let private grid =
        Array.init Points (fun i -> -40.0 + 80.0 * float i / float (Points - 1))

    let private at (f: Tensor -> Tensor) =
        Reference.value (f (Tensor.constant [ Points ] grid))

    let private slope f = at (Gradient.grad (f >> Tensor.sumAll))

    /// <summary>A function and its slope on [-6, 6], as the slides draw activations.</summary>
    /// <param name="title">Above the picture.</param>
    /// <param name="name">The function's name, in the legend.</param>
    /// <param name="f">Of each element.</param>
    let curve (title: string) (name: string) (f: Tensor -> Tensor) : Figure =
        let xs = Array.init 601 (fun i -> -6.0 + float i / 50.0)
        let x = Tensor.constant [ 601 ] xs

        [
            Lines.line (Series 0) name xs (Reference.value (f x))
            Lines.dashed (Series 1) "its slope" xs (Reference.value (Gradient.grad (f >> Tensor.sumAll) x))
        ]
        |> Chart.create title (Axis.linear "weighted sum x") (Axis.linear "output")
        |> Chart.draw

    let private run (_: Setting) : Outcome =
        let values, slopes = at Tensor.sigmoid, slope Tensor.sigmoid

        let identity =
            Array.map2 (fun s d -> abs (d - s * (1.0 - s))) values slopes |> Array.max

        let tail =
            Array.map2 (fun x d -> if abs x > 10.0 then d else 0.0) grid slopes |> Array.max

        let steepest = Array.max slopes

        let conditions =
            [
                Condition.never
                    "the sigmoid squashes numbers into the range from 0 to 1"
                    (values |> Array.filter (fun s -> not (s > 0.0 && s <= 1.0)) |> Array.length)
                    "double precision rounds to 1 itself beyond 37"
                Condition.below
                    "large negative numbers become 0, large positive ones 1"
                    (max values[0] (1.0 - Array.last values))
                    1e-15
                    "at ±40, where double precision does not distinguish it from 0 or 1"
                Condition.atMost "the slope is σ(1 - σ)" identity 1e-15 "three roundings of numbers below 1"
                Condition.atMost "the slope is at most ¼" steepest 0.25 "the maximum of p(1 - p)"
                Condition.below
                    "at the tails the gradient is almost zero"
                    tail
                    4.6e-5
                    "σ'(10) = 4.54e-5: two ten-thousandths of the slope in the middle remain there"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "σ(-40)" values[0]
                    Measurement.own "1 - σ(40)" (1.0 - Array.last values)
                    Measurement.versus 0.25 "maximum slope" steepest
                    Measurement.own "maximum slope beyond ±10" tail
                    Measurement.own "maximum difference between the slope and σ(1 - σ)" identity
                ]
            Seeds = 0
            Notes =
                [
                    "In double precision 1 - σ(x) is 0 from x = 37 on: a saturated unit then has no gradient at all."
                ]
            Figures = [ "sigmoid", curve "Sigmoid: 1 / (1 + e⁻ˣ)" "σ(x)" Tensor.sigmoid ]
        }

    let experiment: Experiment =
        {
            Name = "sigmoid"
            Row = "R9"
            Title = "The sigmoid squashes, and is flat at its tails"
            Claim = "The sigmoid squashes numbers into (0, 1); at its tails the gradient is almost zero."
            Source = "the lecture, slides \"sigmoid\" and \"Drawbacks of Sigmoid\""
            Data = NoData
            Run = run
        }
