namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R33: what three strengths of regularisation make of the same points with the same 20 neurons.</summary>
module RegStrengths =
    let private strengths = [ 0.001; 0.01; 0.1 ]

    [<Literal>]
    let private Neurons = 20

    [<Literal>]
    let private Seeds = 10

    /// From the classifiers of all seeds with the three strengths.
    let conditions (byStrength: PlaneClassifier list list) =
        let decreases (number: PlaneClassifier list -> float) =
            byStrength
            |> List.map number
            |> List.pairwise
            |> List.forall (fun (weak, strong) -> strong < weak)

        let errors = byStrength |> List.map PlaneClassifier.errors
        let regions = byStrength |> List.map PlaneClassifier.regions

        [
            "the weights become shorter", decreases PlaneClassifier.norm
            "the border becomes shorter", decreases PlaneClassifier.border
            "the weakest leaves no point on the wrong side", errors.Head = 0.0
            "the strongest leaves 1 point on the wrong side at least", List.last errors >= 1.0
            "the strongest makes fewer regions than the weakest", List.last regions < regions.Head
        ]

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 5 setting
        let points = PlanePoints.orOwn PlanePoints.regularisation setting
        let examples = points seeds.Head
        let view = PlaneClassifier.view setting examples

        let byStrength =
            PlaneClassifier.fitAll view points seeds [ for strength in strengths -> Neurons, strength ]

        let named = List.zip [ for strength in strengths -> $"λ = {strength}" ] byStrength

        {
            // the limits were set on the built-in points
            Verdict =
                if setting.Data.IsSome then
                    TextOnly
                else
                    Verdict.ofRuns Seeds seeds (conditions byStrength)
            Measurements =
                named
                |> List.collect (fun (name, runs) -> PlaneClassifier.measurements name runs)
            Seeds = seeds.Length
            Notes =
                [
                    $"Medians over the seeds, each with weights and, unless given, {examples.Count} points of its own; the picture shows the first one. {Neurons} tanh neurons. λ is ConvNetJS's l2_decay, which it divides by the batch size of 10: in ½λ‖w‖² + mean loss these are λ = 0.0001, 0.001 and 0.01."
                ]
            Figures =
                [
                    "reg_strengths",
                    named
                    |> List.map (fun (name, runs) -> PlaneClassifier.picture name view examples runs.Head)
                    |> Figure.row
                ]
        }

    let experiment: Experiment =
        {
            Name = "reg-strengths"
            Row = "R33"
            Title = "Three strengths of regularisation with 20 neurons"
            Claim =
                "The stronger the regularisation, the smoother the border that the same 20 neurons draw: one need not take fewer neurons for fear of overfitting."
            Source =
                "the lecture, picture reg_strengths; Karpathy, ConvNetJS, demonstration classify2d (2014)"
            Band =
                $"Medians of {Seeds} seeds at least, λ = 0.001, 0.01, 0.1: weights and border become shorter each time; the weakest fits all points, the strongest leaves 1 on the wrong side at least and makes fewer regions. Set from 160 seeds, four times 40, with 2 to 3 points on the wrong side and 3 regions against 4 to 5."
            Data = Points
            Run = run
        }
