namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R26: being a universal approximator says little: what counts is how compactly a family of functions holds the smooth ones.</summary>
/// <remarks>A sum of bumps needs ⌈L / (2ε)⌉ of them, ten times as many for a tenth of the distance. A trained network needs a few units more.</remarks>
module Useless =
    let private epsilons = [ 0.1; 0.03; 0.01; 0.003; 0.001 ]

    /// <summary>The verdict on numbers of bumps and of networks from the greatest ε to the least.</summary>
    let judge (bumps: int list) (networks: int list) : Verdict =
        let growth (numbers: int list) =
            float (List.last numbers) / float (List.head numbers)

        Verdict.ofAll
            [
                "at every ε the bumps take more numbers", List.forall2 (>) bumps networks
                "from the greatest ε to the least the bumps grow 10 times as much",
                growth bumps >= 10.0 * growth networks
            ]

    let private draw (rows: Compactness list) : Figure =
        let xs = rows |> List.map _.Epsilon |> Array.ofList

        let ys pick =
            rows |> List.map (pick >> float) |> Array.ofList

        let series index name pick =
            [
                Lines.line (Series index) name xs (ys pick)
                Scatter.points (Series index) "" xs (ys pick)
            ]

        Chart.create
            "Numbers that it takes to be within ε of sin 2πx"
            (Axis.logarithmic "ε")
            (Axis.logarithmic "numbers")
            (series 1 "sum of bumps" _.BumpNumbers
             @ series 0 "trained network of one hidden layer" _.NetworkNumbers)
        |> Chart.draw

    let private run (_: Setting) : Outcome =
        let rows =
            epsilons
            |> Runs.map (fun _ epsilon -> Compactness.compare Formulas.Sine epsilon)

        {
            Verdict = judge (rows |> List.map _.BumpNumbers) (rows |> List.map _.NetworkNumbers)
            Measurements =
                [
                    for row in rows do
                        Measurement.own $"bumps within {row.Epsilon}" (float row.Bumps)

                        Measurement.own
                            $"tanh units within {row.Epsilon}, trained"
                            (float row.Trained.Approximation.Neurons)
                ]
            Seeds = 0
            Notes =
                [
                    "The function is sin 2πx on [0, 1]; L is 2π, and the bumps are ⌈L / (2ε)⌉. Every network is proved to be within its ε."
                    "In d dimensions the same cells are ⌈L √d / (2ε)⌉ to the power of d."
                ]
            Figures = [ "useless", draw rows ]
        }

    let experiment: Experiment =
        {
            Name = "useless"
            Row = "R26"
            Title = "Universal approximation is cute, but it is compactness that counts"
            Claim =
                "That two layers approximate everything is of little use in practice: sums of bumps do as well. Networks work because they express smooth functions compactly and are easy to train."
            Source = "the lecture, slide \"Representational power\", notes"
            Band =
                "For ε from 0.1 to 0.001 the bumps take more numbers than the trained network throughout, and grow 10 times as much. Nothing is statistical."
            Data = NoData
            Run = run
        }
