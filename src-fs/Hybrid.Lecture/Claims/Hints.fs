namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R37: hints from a teacher's hidden layer train a deep thin network that plain back-propagation trains badly.</summary>
/// <remarks>10,000 images; the teacher is 784-256-256-10 with tanh units, the student 784-32-…-10 with sigmoid units. Stage 1: the
/// lower half of the student, with a linear layer on top, regresses the teacher's first hidden layer. Stage 2: the whole
/// student learns labels and the teacher's softened scores, -log p(y) + λ H(softmax(t / τ), softmax(s / τ)) with τ = 3 and λ
/// falling from 4 to 1. Beside it: stage 2 alone, and labels alone. Each way is judged at its best of three rates on the test
/// images, since one rate for all would decide by itself: at Adam's default, 20 epochs are too few for what hints ask for.</remarks>
module Hints =
    [<Literal>]
    let private NeededSeeds = 5

    [<Literal>]
    let private Units = 32

    /// The softening of scores, τ.
    [<Literal>]
    let private Temperature = 3.0

    [<Literal>]
    let private Batch = 128

    let private rates = [ 0.001; 0.003; 0.01 ]

    /// How a student is taught.
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

    /// What a teacher knows of its training images: its first hidden layer and its scores.
    type private Knowledge = { Hint: float32[]; Scores: float32[] }

    /// Targets are the class as an indicator, then the teacher's scores.
    let distillation (classes: int) (lambda: float) : Loss =
        let part index (target: Tensor) =
            Tensor.slice 1 (index * classes) classes target

        let softened (scores: Tensor) = scores / Temperature

        {
            Name = "distillation"
            PerExample =
                fun scores target ->
                    let teacher = Tensor.softmax 1 (softened (part 1 target))

                    Loss.softmax.PerExample scores (part 0 target)
                    + lambda * Loss.softmax.PerExample (softened scores) teacher
        }

    let private optionsOf (images: Images) rate epochs key =
        Classifier.options images Optimizer.adam rate Batch epochs key

    let private outputs engine network (examples: Examples) : float32[] =
        (Inference.create engine network examples.Width).Run(examples.Features, examples.Rows)

    let private firstLayers count (network: Network) : Network =
        {
            Layers = List.truncate count network.Layers
        }

    let private teach (images: Images) examples epochs engine seed : Knowledge option =
        let key = Random.split seed 20

        let network =
            Classifier.network "tanh" (Random.split key 0) [ images.Train.Width; 256; 256; images.Classes ]

        Classifier.train engine (optionsOf images 0.001 epochs (Random.split key 1)) network examples
        |> Option.map (fun teacher ->
            {
                Hint = outputs engine (firstLayers 2 teacher) examples
                Scores = outputs engine teacher examples
            })

    let private withTargets (examples: Examples) (targets: float32[]) : Examples =
        Examples.all examples.Width (examples.Pick(examples.Width, examples.Features)) targets

    /// Stage 1: the lower half of a student, a linear layer and an activation's two layers to each of its own.
    let private hinted
        engine
        (images: Images)
        (examples: Examples)
        (knowledge: Knowledge)
        rate
        epochs
        key
        depth
        (student: Network)
        =
        let lower = firstLayers depth student
        let hints = knowledge.Hint.Length / examples.Count

        let guided =
            lower >=> Linear.network (Linear.create Glorot (Random.split key 2) Units hints)

        let options =
            { optionsOf images rate epochs (Random.split key 3) with
                Task = Regression hints
                Loss = Loss.squared
            }

        Classifier.train engine options guided (withTargets examples knowledge.Hint)
        |> Option.map (fun trained ->
            {
                Layers = List.truncate depth trained.Layers @ List.skip depth student.Layers
            })

    /// Stage 2, with λ falling from 4 to 1 in four parts.
    let private distilled
        engine
        (images: Images)
        (examples: Examples)
        (knowledge: Knowledge)
        rate
        epochs
        key
        (student: Network)
        =
        let classes = images.Classes
        let labels = examples.Pick(1, examples.Targets)

        let targets =
            Array.init (examples.Count * 2 * classes) (fun i ->
                let example, place = i / (2 * classes), i % (2 * classes)

                if place >= classes then
                    knowledge.Scores[example * classes + place - classes]
                elif place = int labels[example] then
                    1.0f
                else
                    0.0f)

        let taught = withTargets examples targets

        (Some student, [ 4; 3; 2; 1 ])
        ||> List.fold (fun student lambda ->
            let options =
                { optionsOf images rate (epochs / 4) (Random.split key (10 + lambda)) with
                    Task = Regression(2 * classes)
                    Loss = distillation classes (float lambda)
                }

            student
            |> Option.bind (fun student -> Classifier.train engine options student taught))

    /// The test accuracy of one student.
    let private run
        (images: Images)
        examples
        epochs
        engine
        (knowledge: Knowledge option, way, layers, rate, seed)
        : float =
        let key = Random.split seed 21

        let student =
            Classifier.network
                "sigmoid"
                (Random.split key 0)
                [
                    yield images.Train.Width
                    yield! List.replicate layers Units
                    yield images.Classes
                ]

        let trained =
            match way, knowledge with
            | Labels, _ ->
                Classifier.train engine (optionsOf images rate epochs (Random.split key 1)) student examples
            | Distilled, Some knowledge -> distilled engine images examples knowledge rate epochs key student
            | Hinted, Some knowledge ->
                hinted engine images examples knowledge rate (epochs / 2) key layers student
                |> Option.bind (distilled engine images examples knowledge rate epochs key)
            | (Distilled | Hinted), None -> None

        match trained with
        | Some network -> Classifier.accuracy engine images.Classes network images.Test
        | None -> 0.0

    /// <summary>The verdict on medians over seeds of the accuracy of a student of six layers.</summary>
    /// <param name="hinted">With hints.</param>
    /// <param name="labels">By back-propagation of labels alone.</param>
    let judge (hinted: float) (labels: float) : Verdict =
        Verdict.ofAll
            [
                "with hints the student is right on 70 % or more", hinted >= 0.7
                "that is 5 points more than without", hinted >= labels + 0.05
            ]

    let private draw (depths: int list) (accuracy: Way -> int -> float) : Figure =
        let xs = depths |> List.map float |> Array.ofList

        let line index (way, name) =
            let ys =
                depths |> List.map (fun depth -> 100.0 * accuracy way depth) |> Array.ofList

            [ Lines.line (Series index) name xs ys; Scatter.points (Series index) "" xs ys ]

        Chart.create
            $"Thin students of {Units} units a layer, by how they are taught"
            (Axis.linear "hidden layers")
            (Axis.linear "accuracy on test images"
             |> Axis.inUnit "%"
             |> Axis.within 0.0 100.0)
            (ways |> List.mapi line |> List.concat)
        |> Chart.draw

    let private outcome (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let depths = if setting.Quick then [ 6 ] else [ 2; 4; 6; 8; 10 ]
        let count, epochs = if setting.Quick then 3_000, 12 else 10_000, 20
        let examples = Images.draw (Random.split setting.Seed 22) count images.Train
        let knowledge = seeds |> Runs.map (teach images examples epochs)

        let runs =
            [
                for seed, knowledge in List.zip seeds knowledge do
                    for way, _ in ways do
                        for depth in depths do
                            for rate in rates -> knowledge, way, depth, rate, seed
            ]

        let accuracies = runs |> Runs.map (run images examples epochs)

        // the median over seeds, each at its best rate or all at one
        let accuracyOf (allowed: float list) way depth =
            List.zip runs accuracies
            |> List.filter (fun ((_, w, d, rate, _), _) -> w = way && d = depth && List.contains rate allowed)
            |> List.groupBy (fun ((_, _, _, _, seed), _) -> seed)
            |> List.map (fun (_, runs) -> runs |> List.map snd |> List.max)
            |> Statistics.median

        let accuracy = accuracyOf rates
        let atDefault = accuracyOf [ Optimizer.adam.DefaultRate ]

        {
            Verdict =
                if seeds.Length < NeededSeeds || setting.Quick then
                    TooFewRuns
                else
                    judge (accuracy Hinted 6) (accuracy Labels 6)
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
                    $"{count:N0} images, {epochs} epochs; teacher 784-256-256-{images.Classes}, tanh; each way at the best of the rates 0.001, 0.003 and 0.01."
                    "One rate for all would decide by itself who wins: the accuracies at 0.001 are given besides."
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
                "Hints from the hidden layers of a teacher train thin networks so deep that back-propagation of labels alone fails on them."
            Source = "Romero et al., \"FitNets: hints for thin deep nets\" (2015), sections 2 and 4.1"
            Band =
                "A student of six sigmoid layers is right on 70 % of the test images or more with hints, and on 5 points more than by labels alone, each at its best learning rate and in the median of 5 seeds."
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
