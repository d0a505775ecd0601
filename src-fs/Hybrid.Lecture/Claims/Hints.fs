namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R37: hints from a teacher's hidden layer train a deep thin network that plain back-propagation trains
/// badly.</summary>
/// <remarks>Paper: networks so deep and thin that back-propagation of labels fails can be trained with hints, and better than
/// with softened scores alone. Measured: test accuracies on 10,000 images; the teacher is 784-256-256-10 with tanh units, the
/// student 784-32-…-10 with sigmoid units. Hints come first, then labels and softened scores: see Distillation. For comparison:
/// the second stage alone, and labels alone, for as many epochs as both stages together. Each way is judged on the test images at
/// the best of three rates, since a common rate would decide the winner; the rate is chosen for each seed on separate images.
/// Hints that do no better than either, or labels that do not fail, contradict the claim.</remarks>
module internal Hints =
    [<Literal>]
    let private NeededSeeds = 5

    let private rates = [ 0.001; 0.003; 0.01 ]

    /// How a student is trained.
    type private Way =
        | Labels
        | Distilled
        | Hinted

    let private ways =
        [
            Labels, "labels only"
            Distilled, "labels and softened scores"
            Hinted, "hints first"
        ]

    /// The accuracies of one student, on the validation images and on the test images.
    let private run
        (images: Images)
        examples
        choice
        epochs
        engine
        (knowledge: Distillation.Knowledge option, way, layers, rate, seed)
        : float * float =
        let key = Random.split seed 21

        let student =
            Dense.network
                "sigmoid"
                (Random.split key 0)
                [
                    yield images.Train.Width
                    yield! List.replicate layers Distillation.Units
                    yield images.Classes
                ]

        let trained =
            match way, knowledge with
            | Labels, _ ->
                Classifier.train
                    engine
                    (Distillation.options images rate (epochs + epochs / 2) (Random.split key 1))
                    student
                    examples
            | Distilled, Some knowledge ->
                Distillation.distilled engine images examples knowledge rate (epochs + epochs / 2) key student
            | Hinted, Some knowledge ->
                Distillation.hinted engine images examples knowledge rate (epochs / 2) key layers student
                |> Option.bind (Distillation.distilled engine images examples knowledge rate epochs key)
            | (Distilled | Hinted), None -> None

        match trained with
        | Some network ->
            let accuracy = Classifier.accuracy engine images.Classes network
            accuracy choice, accuracy images.Test
        | None -> 0.0, 0.0

    /// The test accuracy at the rate with the best validation accuracy, the first of equal ones.
    let atChosenRate (byRate: (float * float) list) : float = byRate |> List.maxBy fst |> snd

    /// <summary>From test accuracies for each seed.</summary>
    /// <param name="depths">Numbers of hidden layers, the deepest last.</param>
    /// <param name="labels">By the number of hidden layers, trained on labels alone.</param>
    /// <param name="distilled">The same on labels and softened scores.</param>
    /// <param name="hinted">The same with hints first.</param>
    let conditions
        depths
        (labels: int -> float list)
        (distilled: int -> float list)
        (hinted: int -> float list)
        =
        let deepest = List.last depths

        [
            for layers in depths do
                Condition.better
                    $"hints do better than labels alone, {layers} layers"
                    (List.map2 (-) (hinted layers) (labels layers))

                Condition.better
                    $"hints do better than softened scores alone, {layers} layers"
                    (List.map2 (-) (hinted layers) (distilled layers))

            Condition.below
                $"back-propagation of labels alone fails, {deepest} layers"
                (Statistics.median (labels deepest))
                0.5
                "the median accuracy: to fail is to be wrong more often than right"
        ]

    let private draw (depths: int list) (accuracy: Way -> int -> float) : Figure =
        let xs = depths |> List.map float |> Array.ofList

        let line index (way, name) =
            let ys =
                depths |> List.map (fun depth -> 100.0 * accuracy way depth) |> Array.ofList

            [ Lines.line (Series index) name xs ys; Scatter.points (Series index) "" xs ys ]

        Chart.create
            $"Thin students with {Distillation.Units} units per layer, by training"
            (Axis.linear "hidden layers")
            (Axis.linear "accuracy on test images"
             |> Axis.inUnit "%"
             |> Axis.within 0.0 100.0)
            (ways |> List.mapi line |> List.concat)
        |> Chart.draw

    let private outcome (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let depths = if setting.Quick then [ 6 ] else [ 2; 6; 10 ]
        let count, epochs = if setting.Quick then 3_600, 8 else 12_000, 24
        let drawn = Images.draw (Random.split setting.Seed 22) count images.Train
        // a sixth for validation
        let examples = Images.first (5 * drawn.Count / 6) drawn

        let choice =
            { drawn with
                Rows = Array.skip examples.Count drawn.Rows
            }

        let knowledge = seeds |> Runs.map (Distillation.teach images examples epochs)

        let kinds =
            [
                for way, _ in ways do
                    for depth in depths -> way, depth
            ]

        let runs =
            [
                for way, depth in kinds do
                    for seed, knowledge in List.zip seeds knowledge do
                        for rate in rates -> knowledge, way, depth, rate, seed
            ]

        // by training and depth: for each seed the accuracies by rate
        let found =
            runs
            |> Runs.map (run images examples choice epochs)
            |> List.chunkBySize rates.Length
            |> List.chunkBySize seeds.Length
            |> List.zip kinds
            |> Map.ofList

        let accuracies way depth =
            found[way, depth] |> List.map atChosenRate

        let accuracy way depth =
            Statistics.median (accuracies way depth)

        let atDefault way depth =
            found[way, depth] |> List.map (List.head >> snd) |> Statistics.median

        let conditions =
            // the deep ones: two layers are for comparison
            conditions
                (List.except [ 2 ] depths)
                (accuracies Labels)
                (accuracies Distilled)
                (accuracies Hinted)

        {
            Verdict = Verdict.ofRuns NeededSeeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    for way, name in ways do
                        Measurement.own $"accuracy, 6 hidden layers, {name}, rate 0.001" (atDefault way 6)
                    for depth in depths do
                        for way, name in ways do
                            Measurement.own $"accuracy, {depth} hidden layers, {name}" (accuracy way depth)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{examples.Count:N0} images, {epochs} epochs; teacher 784-256-256-{images.Classes}, tanh; each way at the best of the rates 0.001, 0.003 and 0.01 on {choice.Count:N0} separate images. Labels and scores alone get the epochs of both stages."
                    "A common rate would decide the winner: the accuracies at 0.001 are also given."
                    "Published, for thin deep networks on MNIST: 1.9 % error by back-propagation, 0.65 % by softened scores, 0.51 % with hints."
                ]
            Figures = [ "hints", draw depths accuracy ]
        }

    let experiment: Experiment =
        {
            Name = "hints"
            Row = "R37"
            Title = "A deep thin student learns with hints from a teacher's hidden layer"
            Claim =
                "Hints from the hidden layers of a teacher train thin networks so deep that back-propagation of labels alone fails."
            Source = "Romero et al., \"FitNets: hints for thin deep nets\" (2015), sections 2 and 4.1"
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
