namespace Hybrid.Lecture

open Hybrid.Figures

/// <summary>R33: three strengths of regularisation on the same points with the same 20 neurons.</summary>
/// <remarks>Slide: the picture of three strengths, whose takeaway is to control overfitting by regularisation instead of fewer
/// neurons. Measured with the demonstration's own training: the norm of the weights, the length of the border, regions and points
/// on the wrong side; medians over points and weights. A border that does not get smoother with each strength contradicts the
/// claim. The effect on new points is R31 and R34.</remarks>
module internal RegStrengths =
    let private strengths = [ 0.001; 0.01; 0.1 ]

    [<Literal>]
    let private Neurons = 20

    [<Literal>]
    let private Seeds = 10

    /// From the classifiers of all seeds with the three strengths.
    let conditions (byStrength: PlaneClassifier list list) : Condition list =
        let least (number: PlaneClassifier list -> float) =
            byStrength
            |> List.map number
            |> List.pairwise
            |> List.map (fun (weak, strong) -> weak - strong)
            |> List.min

        let errors = byStrength |> List.map PlaneClassifier.errors
        let regions = byStrength |> List.map PlaneClassifier.regions

        [
            Condition.above
                "the stronger the regularisation, the smaller the weights"
                (least PlaneClassifier.norm)
                0.0
                "the smallest fall of their norm from one strength to the next"
            Condition.above
                "the stronger, the smoother the border: it gets shorter"
                (least PlaneClassifier.border)
                0.0
                "the smallest fall of its length, in cells"
            Condition.exactly
                "the weakest lets 20 neurons overfit: no point is on the wrong side"
                errors.Head
                0.0
                "as in the picture"
            Condition.atLeast
                "the strongest controls it: odd points stay on the wrong side"
                (List.last errors)
                1.0
                "at least one point"
            Condition.below
                "the strongest gives fewer regions"
                (List.last regions)
                regions.Head
                "the number with the weakest"
        ]

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 5 setting
        let points = PlanePoints.orOwn PlanePoints.regularisation setting
        let examples = points seeds.Head
        let view = PlaneClassifier.view setting examples

        let byStrength =
            PlaneClassifier.fitAll view points seeds [ for strength in strengths -> Neurons, strength ]

        let shown = PlaneClassifier.typical byStrength
        let named = List.zip [ for strength in strengths -> $"λ = {strength}" ] byStrength

        // the limits hold for the built-in points
        let conditions = if setting.Data.IsSome then [] else conditions byStrength

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                named
                |> List.collect (fun (name, runs) -> PlaneClassifier.measurements name runs)
            Seeds = seeds.Length
            Notes =
                [
                    $"Medians over the seeds, each with its own weights and, unless given, its own {examples.Count} points; the picture shows the networks whose borders are closest to the medians. {Neurons} tanh neurons. λ is ConvNetJS's l2_decay, which it divides by the batch size of 10: in ½λ‖w‖² + mean loss these are λ = 0.0001, 0.001 and 0.01."
                ]
            Figures =
                [
                    "reg_strengths",
                    named
                    |> List.map (fun (name, runs) ->
                        PlaneClassifier.picture
                            name
                            view
                            DecisionMap.ninety
                            (points seeds[shown])
                            runs[shown])
                    |> Figure.row
                ]
        }

    let experiment: Experiment =
        {
            Name = "reg-strengths"
            Row = "R33"
            Title = "Three strengths of regularisation with 20 neurons"
            Claim =
                "The stronger the regularisation, the smoother the border that the same 20 neurons draw: there is no need to use fewer neurons for fear of overfitting."
            Source =
                "the lecture, picture reg_strengths; Karpathy, ConvNetJS, demonstration classify2d (2014)"
            Data = Points
            Run = run
        }
