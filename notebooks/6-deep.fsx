(**
# 6. What deep nets know

Deep networks work, and the lecture is careful about why: that depth helps is an observation, and that it is needed has been
doubted. In this notebook we try two, three and four layers on real data, teach a shallow network what a committee of deep ones
knows, help a thin deep one with hints, and take a walk between two solutions to see what the loss looks like there.
*)
#load "load.fsx"

open Hybrid.Core
open Hybrid.Data
open Hybrid.Figures
open Load
(**
## Handwritten digits

1,797 digits of 8 × 8 pixels come with the library. Only 200 of them get labels here, or the task would be too easy to tell networks
apart; 1,000 more serve without labels, and the last 597 are the test.
*)
let digits =
    let data = Table.examples (BuiltIn.digits ())
    let order = Random.permutation 1UL 0UL 1797

    { data with
        Features = data.Features |> Array.map (fun pixel -> (pixel - 4.88f) / 6.02f)
        Rows = order
    }

let part first count =
    { digits with
        Rows = digits.Rows[first .. first + count - 1]
    }

let labelled, unlabelled, test = part 0 200, part 200 1000, part 1200 597

let options =
    { optionsFor 10 labelled with
        LearningRate = 0.002
        Schedule = Schedule.cosine
        BatchSize = 20
        Epochs = 60
    }

let percent network = 100.0 * accuracy network test
(**
## Two, three, four layers

The lecture says that three layers are often better than two and that more rarely help, except for images in convolutional
networks. One training says nothing about that, so each depth gets five starts, and the table also shows the range.
*)
let depths =
    [
        for hidden in 0..4 do
            let sizes = 64 :: List.replicate hidden 48 @ [ 10 ]

            hidden + 1,
            [
                for seed in 1UL .. 5UL ->
                    percent (train options (Dense.network "relu" seed sizes) labelled).Network
            ]
    ]

for layers, results in depths do
    printfn
        "%d layers: %.1f %% right on average, from %.1f to %.1f"
        layers
        (List.average results)
        (List.min results)
        (List.max results)
(**
A hidden layer is worth several points, a second less than one, and beyond three layers accuracy falls: as the lecture says.
But from two layers on the ranges overlap, so a single run of each could have told any story. That is why we look at several
starts before believing in an architecture.
*)
Chart.create
    "Five starts of each depth"
    (Axis.linear "layers")
    (Axis.linear "test digits right" |> Axis.inUnit "%")
    [
        for layers, results in depths do
            Scatter.points (Series 0) "" (Array.create 5 (float layers)) (Array.ofList results)
        Lines.line
            (Series 0)
            "mean"
            [| for layers, _ in depths -> float layers |]
            [| for _, results in depths -> List.average results |]
    ]
|> Chart.draw
|> show
(**
## Do deep nets really need to be deep?

Ba and Caruana (2014) asked this, and trained shallow networks to mimic deep ones. The idea: a teacher that knows more than the labels
has scores for all ten digits, and those are a richer lesson, even for images that nobody has labelled. Our teacher is the
mean of five deep networks with dropout and noise.
*)
let member' key =
    let layer index inputs outputs =
        Linear.network (Linear.create He (Random.split key index) inputs outputs)

    Noise.network 0.3
    >=> layer 0 64 128
    >=> Activation.relu
    >=> Dropout.network 0.3
    >=> layer 1 128 128
    >=> Activation.relu
    >=> Dropout.network 0.3
    >=> layer 2 128 10

let teachers =
    [ for key in 41UL .. 45UL -> (train options (member' key) labelled).Network ]

let outputs network (examples: Examples) =
    (Inference.create engine network 64).Run(examples.Features, examples.Rows)

let mean = List.reduce (Array.map2 (+)) >> Array.map (fun sum -> sum / 5f)

let scores examples =
    teachers |> List.map (fun teacher -> outputs teacher examples) |> mean

let teacherRight =
    match Metrics.classified 10 (scores test) (test.Pick(1, test.Targets)) with
    | Classified(right, _) -> 100.0 * right
    | Estimated _ -> nan

printfn "the teacher: %.1f %% right" teacherRight
(**
The student has one hidden layer. From labels it learns classes of 200 images; from scores it learns a regression, from the same 200
and from the 1,000 without labels. We centre the scores of each image, since adding a number to all of them changes no prediction.
*)
let lesson (examples: Examples) =
    let centred =
        scores examples
        |> Array.chunkBySize 10
        |> Array.collect (fun row -> Array.map (fun s -> s - Array.average row) row)

    Examples.all 64 (examples.Pick(64, examples.Features)) centred

let regression =
    { options with
        Task = LearningTask.Regression 10
        Loss = Loss.squared
    }

let student seed =
    Dense.network "relu" seed [ 64; 48; 10 ]

let all = part 0 1200

let average learn =
    [ 1UL .. 5UL ] |> List.averageBy (fun seed -> percent (learn seed).Network)

let byLabels = average (fun seed -> train options (student seed) labelled)

let byScores =
    average (fun seed -> train regression (student seed) (lesson labelled))

let byAll = average (fun seed -> train regression (student seed) (lesson all))

printfn "student by 200 labels:       %.1f %%" byLabels
printfn "student by scores of 200:    %.1f %%" byScores
printfn "student by scores of 1,200:  %.1f %%" byAll
(**
The same small network does better when it is told more: its shallowness was not what held it back.

## Hints for thin deep networks

FitNets (Romero and others, 2015) go the other way: a student that is deeper and thinner than its teacher, which is hard to train.
Before it learns the task, its first half is trained to guess a hidden layer of the teacher through a regressor, the hint. We take one
of the teachers, whose second hidden layer is the hint, and a student of five layers of eight units.
*)
let hinting = teachers.Head

let upTo count (network: Network) =
    {
        Layers = List.take count network.Layers
    }

let hint (examples: Examples) =
    Examples.all 64 (examples.Pick(64, examples.Features)) (outputs (upTo 7 hinting) examples)

let thin seed =
    Dense.network "relu" seed [ 64; 8; 8; 8; 8; 10 ]

let withHint seed =
    let regressor = Linear.network (Linear.create He (seed + 50UL) 8 128)

    let guess =
        { regression with
            Task = LearningTask.Regression 128
            Epochs = 20
        }

    let half = (train guess (upTo 4 (thin seed) >=> regressor) (hint all)).Network

    upTo 4 half
    >=> {
            Layers = List.skip 4 (thin seed).Layers
        }

// so thin a network needs more steps than the others
let patient = { options with Epochs = 300 }

let plain =
    [
        for seed in 1UL .. 5UL -> percent (train patient (thin seed) labelled).Network
    ]

let hinted =
    [
        for seed in 1UL .. 5UL -> percent (train patient (withHint seed) labelled).Network
    ]

printfn "without a hint: %.1f %% on average, worst start %.1f %%" (List.average plain) (List.min plain)
printfn "with a hint:    %.1f %% on average, worst start %.1f %%" (List.average hinted) (List.min hinted)
(**
Here the hint does not help but costs: five rectified layers with He's start are not so hard to train that a hint is needed, and
what the first half learned from the teacher is not what the second half needs. The paper's networks were much deeper, its
images larger. A claim that does not hold at this scale is also worth a line.

## A walk between two solutions

The lecture's last reference is about loss surfaces: a large network has a great many minima, nearly equally good. Take two of
them, from different starts, and walk along the straight line from one to the other. If both are good but the path between them is
not, they are different solutions.
*)
let a = (train options (student 1UL) labelled).Network
let b = (train options (student 2UL) labelled).Network
let ends = Network.parameters b |> dict

let between t =
    a
    |> Network.map (fun name value ->
        Tensor.single value.Shape (Eager.value engine ((1.0 - t) * value + t * ends[name])))

let lossAt t =
    let inference = Inference.create engine (between t) 64
    (Inference.evaluate (LearningTask.Classification 10) Loss.softmax inference labelled).Loss

let steps = [| 0.0..0.05..1.0 |]
let along = steps |> Array.map lossAt

printfn "loss at the ends %.4f and %.4f, at most %.4f between" along[0] (Array.last along) (Array.max along)

Chart.create
    "From one solution to another"
    (Axis.linear "way from a to b")
    (Axis.linear "training loss")
    [ Lines.line (Series 0) "cross-entropy" steps along ]
|> Chart.draw
|> show
(**
Two solutions of the same quality with a ridge between them. Why gradients so reliably lead to one of the good ones is, as the
lecture says of the full story, a topic of research.
*)
