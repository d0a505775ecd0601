namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R26: being a universal approximator says little: what counts is how compactly a family of functions holds the smooth ones.</summary>
/// <remarks>Slide: networks work because they compactly express nice, smooth functions, and are easy to learn. Measured: how the numbers grow that it takes to be nearer
/// to sin 2πx, from ε = 0.1 to 0.001, and to Nielsen's wiggly function, from 0.1 to 0.05: a sum of bumps needs ⌈L / (2ε)⌉ of them, ten times as many for a tenth of the distance. A
/// network whose numbers grow as fast as the bumps contradicts.</remarks>
module Useless =
    let private epsilons = [ 0.1; 0.03; 0.01; 0.003; 0.001 ]

    /// How many times as fast bumps grow as networks, from the first of some to the last.
    let growth (rows: (int * int) list) : float =
        let times pick =
            float (pick (List.last rows)) / float (pick (List.head rows))

        times fst / times snd

    /// <summary>From numbers of bumps and of networks, from the greatest ε to the least.</summary>
    /// <param name="sine">For sin 2πx.</param>
    /// <param name="nielsen">For Nielsen's function.</param>
    let conditions (sine: (int * int) list) (nielsen: (int * int) list) : Condition list =
        [
            Condition.above
                "at every ε a sum of bumps takes more numbers"
                (sine @ nielsen
                 |> List.map (fun (bumps, network) -> float bumps / float network)
                 |> List.min)
                1.0
                "the least ratio: more is more"
            Condition.atLeast
                "networks express sin 2πx compactly: from 0.1 to 0.001 bumps grow ten times as much"
                (growth sine)
                10.0
                "of the two orders of magnitude by which bumps grow, one at least is saved"
            Condition.above
                "networks express Nielsen's function compactly: from 0.1 to 0.05 bumps grow more"
                (growth nielsen)
                1.0
                "bumps double there; more than the network is the least that compactly says"
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
        let compared =
            ([ for epsilon in epsilons -> Formulas.Sine, epsilon ]
             @ [ Formulas.Nielsen, 0.1; Formulas.Nielsen, 0.05 ])
            |> Runs.map (fun _ (text, epsilon) -> Compactness.compare text epsilon)

        let rows, nielsen = List.splitAt epsilons.Length compared

        let numbers =
            List.map (fun (row: Compactness) -> row.BumpNumbers, row.NetworkNumbers)

        let conditions = conditions (numbers rows) (numbers nielsen)

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    for row in rows do
                        Measurement.own $"bumps within {row.Epsilon}" (float row.Bumps)

                        Measurement.own
                            $"tanh units within {row.Epsilon}, trained"
                            (float row.Trained.Approximation.Neurons)
                    for row in nielsen do
                        Measurement.own
                            $"numbers of the bumps / numbers of the network, Nielsen's within {row.Epsilon}"
                            row.Ratio
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
            Data = NoData
            Run = run
        }
