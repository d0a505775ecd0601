namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>How a deep thin student learns from a teacher.</summary>
/// <remarks>The teacher is 784-256-256-10 with tanh units. Stage 1: the lower part of the student, with a linear layer on top,
/// regresses the teacher's first hidden layer. Stage 2: the whole student learns from labels and the teacher's softened scores,
/// -log p(y) + λ H(softmax(t / τ), softmax(s / τ)) with τ = 3 and λ falling from 4 to 1. Romero et al., "FitNets: hints for thin
/// deep nets" (2015), section 2.</remarks>
module internal Distillation =
    /// The units of each hidden layer of a student.
    [<Literal>]
    let Units = 32

    /// The softening of scores, τ.
    [<Literal>]
    let private Temperature = 3.0

    [<Literal>]
    let private Batch = 128

    /// A teacher's outputs on its training images: its first hidden layer and its scores.
    type Knowledge = { Hint: float32[]; Scores: float32[] }

    /// Targets are the class as an indicator, then the teacher's scores.
    let loss (classes: int) (lambda: float) : Loss =
        let part index (target: Tensor) =
            Tensor.slice 1 (index * classes) classes target

        let softened (scores: Tensor) = scores / Temperature

        Loss.ofNumbers "distillation" (fun scores target ->
            let teacher = Tensor.softmax 1 (softened (part 1 target))

            Loss.softmax.PerExample scores (part 0 target)
            + lambda * Loss.softmax.PerExample (softened scores) teacher)

    /// Adam on the cross-entropy of the classes, at a constant rate.
    let options (images: Images) (rate: float) (epochs: int) (key: uint64) : StepOptions =
        Classifier.options images Optimizer.adam rate Batch epochs key

    let private outputs engine network (examples: Examples) : float32[] =
        (Inference.create engine network examples.Width).Run(examples.Features, examples.Rows)

    let private firstLayers count (network: Network) : Network =
        {
            Layers = List.truncate count network.Layers
        }

    /// The outputs of a seed's teacher on its training examples; None if its training diverged.
    let teach (images: Images) examples epochs engine seed : Knowledge option =
        let key = Random.split seed 20

        let network =
            Dense.network "tanh" (Random.split key 0) [ images.Train.Width; 256; 256; images.Classes ]

        Classifier.train engine (options images 0.001 epochs (Random.split key 1)) network examples
        |> Option.map (fun teacher ->
            {
                Hint = outputs engine (firstLayers 2 teacher) examples
                Scores = outputs engine teacher examples
            })

    let private withTargets (examples: Examples) (targets: float32[]) : Examples =
        Examples.all examples.Width (examples.Pick(examples.Width, examples.Features)) targets

    /// Stage 1: the lower half of a student, with two entries (a linear layer and its activation) per hidden layer.
    let hinted
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

        let regression =
            { options images rate epochs (Random.split key 3) with
                Task = Regression hints
                Loss = Loss.squared
            }

        Classifier.train engine regression guided (withTargets examples knowledge.Hint)
        |> Option.map (fun trained ->
            {
                Layers = List.truncate depth trained.Layers @ List.skip depth student.Layers
            })

    /// Stage 2, with λ falling from 4 to 1 in four parts.
    let distilled
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
            let stage =
                { options images rate (epochs / 4) (Random.split key (10 + lambda)) with
                    Task = Regression(2 * classes)
                    Loss = loss classes (float lambda)
                }

            student
            |> Option.bind (fun student -> Classifier.train engine stage student taught))
