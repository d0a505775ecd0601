namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R26: universal approximation alone says little: what counts is how compactly a family of functions represents smooth
/// ones.</summary>
/// <remarks>Slide: networks work because they compactly express nice, smooth functions, and are easy to learn. Measured: the
/// growth of the numbers needed to come closer to sin 2πx, from ε = 0.1 to 0.001, and to Nielsen's wiggly function, from 0.1 to
/// 0.05: a sum of bumps needs ⌈L / (2ε)⌉ bumps, ten times as many for a tenth of the distance. A network whose numbers grow as
/// fast as the bumps contradicts the claim.</remarks>
module internal Useless =
    let private epsilons = [ 0.1; 0.03; 0.01; 0.003; 0.001 ]

    /// The growth of bumps / the growth of networks, from first to last.
    let growth (rows: (int * int) list) : float =
        let times pick =
            float (pick (List.last rows)) / float (pick (List.head rows))

        times fst / times snd

    /// <summary>From the numbers in bumps and in networks, from the largest ε to the smallest.</summary>
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
                "the minimum ratio: more means more"
            Condition.atLeast
                "networks express sin 2πx compactly: from 0.1 to 0.001 bumps grow ten times as much"
                (growth sine)
                10.0
                "at least one of the two orders of magnitude by which bumps grow is saved"
            Condition.above
                "networks express Nielsen's function compactly: from 0.1 to 0.05 bumps grow more"
                (growth nielsen)
                1.0
                "bumps double there; compactly means at least that the network grows less"
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
            "Numbers needed to be within ε of sin 2πx"
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
                            $"numbers in the bumps / numbers in the network, Nielsen's within {row.Epsilon}"
                            row.Ratio
                ]
            Seeds = 0
            Notes =
                [
                    "The function is sin 2πx on [0, 1]; L is 2π, and there are ⌈L / (2ε)⌉ bumps. Every network is proved to be within its ε."
                    "In d dimensions there are ⌈L √d / (2ε)⌉ to the power of d such cells."
                ]
            Figures = [ "useless", draw rows ]
        }

    let experiment: Experiment =
        {
            Name = "useless"
            Row = "R26"
            Title = "Universal approximation is cute, but compactness counts"
            Claim =
                "That two layers approximate everything is of little use in practice: so do sums of bumps. Networks work because they express smooth functions compactly and are easy to train."
            Source = "the lecture, slide \"Representational power\", notes"
            Data = NoData
            Run = run
        }
