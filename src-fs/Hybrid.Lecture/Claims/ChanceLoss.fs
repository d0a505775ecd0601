namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R7: the loss of a classifier that knows nothing.</summary>
/// <remarks>With all scores 0, the multi-class hinge of Weston and Watkins is the number of wrong classes, each violating its
/// margin by 1; the cross-entropy is the logarithm of the number of classes. Exact: a first check of any new network.</remarks>
module internal ChanceLoss =
    let private loss (loss: Loss) classes =
        let network = Linear.network (Linear.zeros 4 classes)
        let x = Tensor.constant [ 3; 4 ] (Array.init 12 float)
        let y = Tensor.constant [ 3; 1 ] [| 0.0; 1.0; 2.0 |]

        Loss.mean (Classification classes) loss (Network.forward network x) y
        |> Reference.value
        |> Array.exactlyOne

    let private run (_: Setting) : Outcome =
        let expected =
            [ Loss.hinge, 10, 9.0; Loss.softmax, 10, 2.302585; Loss.softmax, 3, 1.0986 ]

        let found = expected |> List.map (fun (kind, classes, _) -> loss kind classes)

        let conditions =
            [
                Condition.exactly
                    "the hinge loss of ten classes is 9"
                    found[0]
                    9.0
                    "nine margins of 1: whole numbers"
                Condition.atMost
                    "the cross-entropy of ten classes is log 10"
                    (abs (found[1] - log 10.0))
                    1e-15
                    "two roundings of a number near 2"
                Condition.atMost
                    "the cross-entropy of three classes is log 3"
                    (abs (found[2] - log 3.0))
                    1e-15
                    "two roundings of a number near 1"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                List.map2
                    (fun (kind: Loss, classes: int, published) value ->
                        Measurement.versus
                            published
                            $"{kind.Name} loss of {classes} classes, all scores 0"
                            value)
                    expected
                    found
            Seeds = 0
            Notes = []
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "chance-loss"
            Row = "R7"
            Title = "The loss of a classifier that knows nothing"
            Claim =
                "Before it has learned, a classifier of ten classes has a hinge loss of 9 and a cross-entropy of log 10."
            Source =
                "CS231n, notes \"Neural networks part 3\"; Weston and Watkins, \"Support vector machines for multi-class pattern recognition\" (1999)"
            Data = NoData
            Run = run
        }
