module Hybrid.Properties.CalibrationProperties

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

let private engine = Engines.all |> List.last

/// A model that learned nothing, or the contrary of the truth.
let private models: (string * (uint64 -> Network)) list =
    [
        "constant", (fun _ -> Network.ofLayer (Layer.ofFunction "constant" (fun x -> x * 0.0 + 3.0)))
        "random", (fun key -> Dense.network "tanh" key [ 2; 4; 2 ])
        "wrong", (fun _ -> Network.ofLayer (Layer.ofFunction "wrong" (fun x -> x * -100.0)))
    ]

/// Numbers from -1 to 1; of few different values where they are to be equal often.
let private draw (key: uint64) (hasTies: bool) (count: int) : float32[] =
    Random.uniforms key 0UL count
    |> Array.map (fun u ->
        let x = 2.0 * u - 1.0
        float32 (if hasTies then round (2.0 * x) / 2.0 else x))

[<NoComparison; NoEquality>]
type private Case =
    {
        Level: float
        Examples: int
        Key: uint64
        HasTies: bool
        Model: string * (uint64 -> Network)
    }

let private cases: Arbitrary<Case> =
    gen {
        let! percent = Gen.choose (1, 95)
        let level = float percent / 100.0
        let! more = Gen.choose (0, 25)
        let! key = Gen.choose (1, 1_000_000)
        let! hasTies = Gen.elements [ true; false ]
        let! model = Gen.elements models

        return
            {
                Level = level
                Examples = Conformal.fewest level + more
                Key = uint64 key
                HasTies = hasTies
                Model = model
            }
    }
    |> Arb.fromGen

/// The mean coverage over all choices of the example to come among n + 1: that of exchangeable examples, exactly.
let private coverage (case: Case) (calibrate: int[] -> 'calibration) (holds: 'calibration -> int -> bool) =
    let all = [| 0 .. case.Examples |]

    all
    |> Array.averageBy (fun one ->
        let calibration = calibrate (Array.filter ((<>) one) all)
        if holds calibration one then 1.0 else 0.0)

/// Scores that rounding keeps apart.
let private areDistinct (scores: float[]) =
    scores
    |> Array.sort
    |> Array.pairwise
    |> Array.forall (fun (a, b) -> b - a > 1e-5 * (1.0 + abs b))

let private hasLevel (case: Case) (scores: float[]) (share: float) =
    let slack = 1e-9

    [
        if share < case.Level - slack then
            $"{share} is below the level {case.Level}"

        if
            areDistinct scores
            && share > case.Level + 1.0 / float (case.Examples + 1) + slack
        then
            $"{share} is above the level {case.Level} by more than 1 / {case.Examples + 1}"
    ]
    |> withoutComplaints

let private outputs (case: Case) : float32[] =
    let features = draw case.Key case.HasTies (2 * (case.Examples + 1))
    (Inference.create engine (snd case.Model case.Key) 2).Run features

let private intervalsHold (case: Case) =
    let predicted =
        outputs case |> Array.chunkBySize 2 |> Array.map (Array.head >> float)

    let targets =
        draw (case.Key + 1UL) case.HasTies (case.Examples + 1)
        |> Array.map (fun target -> float (10.0f * target))

    let pick (values: float[]) = Array.map (fun row -> values[row])

    coverage
        case
        (fun rows -> Conformal.ofQuantity case.Level (pick predicted rows) (pick targets rows))
        (fun conformal row ->
            let struct (lower, upper) = Conformal.interval true conformal predicted[row]
            lower <= targets[row] && targets[row] <= upper)
    |> hasLevel case (Array.map2 (fun p t -> abs (p - t)) predicted targets)

let private setsHold (case: Case) =
    let outputs = outputs case |> Array.chunkBySize 2

    let classes =
        draw (case.Key + 1UL) false (case.Examples + 1)
        |> Array.map (fun u -> if u > 0f then 1 else 0)

    let right = Array.map2 (fun (outputs: float32[]) c -> outputs[c]) outputs classes

    coverage case (Array.map (fun row -> right[row]) >> Conformal.ofClasses case.Level) (fun conformal row ->
        Array.contains classes[row] (Conformal.set conformal outputs[row]))
    |> hasLevel case (right |> Array.map float)

/// One example fewer than the minimum would need an interval without ends.
let private fewestIsLeast (case: Case) =
    let fewest = Conformal.fewest case.Level

    Conformal.rank case.Level fewest <= fewest
    && Conformal.rank case.Level (fewest - 1) > fewest - 1

// ---- calibration chooses nothing

/// The calibration rows of a table choose nothing: with other numbers in them, the network is the same.
let private choosesNothing (key: int) =
    let rows = 60
    let features = draw (uint64 key) false (2 * rows)

    let table (features: float32[]) targets =
        Table.create "a table" [| Column.numeric "a"; Column.numeric "b" |] features "y" (Quantity targets)

    let targets = Array.init rows (fun row -> features[2 * row] + features[2 * row + 1])

    let options =
        { Options.defaults with
            Epochs = Some 2
            Hidden = Some [ 3 ]
            Interval = Some 0.5
            Seed = uint64 key
        }

    let train features targets =
        (Recipe.train
            engine
            options
            {
                Train = table features targets
                Test = None
            })
            .Model

    let split =
        (Recipe.prepare
            options
            {
                Train = table features targets
                Test = None
            })
            .Split

    let otherFeatures, otherTargets = Array.copy features, Array.copy targets

    for row in split.Calibration do
        otherFeatures[2 * row] <- 9f
        otherTargets[row] <- -50f

    let values (model: Model) =
        Network.parameters model.Network |> List.map (snd >> Reference.value)

    let first, second = train features targets, train otherFeatures otherTargets

    (values first = values second |> Prop.label "the weights")
    .&. (first.Conformal <> second.Conformal |> Prop.label "the calibration")

// ---- temperature

/// Scores that know their classes a little, too certain or not certain enough.
let private tempers (key: int) =
    let classes, examples = 2 + key % 3, 5 + key % 40
    let draws = Random.normals (uint64 key) (classes * examples)
    let certainty = exp (float (key % 13 - 6))

    let labels =
        Random.uniforms (uint64 key + 1UL) 0UL examples
        |> Array.map (fun u -> int (u * float classes))

    let scores =
        Array.init (classes * examples) (fun i ->
            let hint = if labels[i / classes] = i % classes then 1.0 else 0.0
            float32 (certainty * (draws[i] + hint)))

    let weights = Random.uniforms (uint64 key + 2UL) 0UL examples
    let scored = ScoredExamples.ofClasses classes scores labels weights
    let factor = Temperature.fit scored
    let loss = Temperature.loss scored

    let around =
        [ 0.9; 0.999; 1.001; 1.1 ] |> List.map (fun part -> loss (part * factor))

    (loss factor <= loss 1.0 + 1e-12 |> Prop.label "the loss rises")
    .&. ((factor = 1.0 || List.min around >= loss factor - 1e-9)
         |> Prop.label "another temperature is better")

/// Of labels it is the loss that they are trained with, of those that are there, by their examples' weights.
let private labelsAreTwoClasses (key: int) =
    let labels, examples = 1 + key % 3, 4 + key % 20

    let draw part =
        Random.uniforms (uint64 key) (uint64 part) (labels * examples)

    let scores = draw 0 |> Array.map (fun u -> float32 (8.0 * u - 4.0))

    let targets =
        draw 1
        |> Array.mapi (fun i u ->
            if u < 0.4 || i = 0 then 0f
            elif u < 0.8 then 1f
            else nanf)

    let weights = Array.sub (draw 2) 0 examples
    let factor = 0.25 + float (key % 7)

    let expected =
        let each =
            [
                for i in 0 .. targets.Length - 1 do
                    if not (Single.IsNaN targets[i]) then
                        let score = factor * float scores[i]
                        let right = if targets[i] = 1f then score else -score
                        weights[i / labels], log (1.0 + exp -right)
            ]

        (each |> List.sumBy (fun (weight, loss) -> weight * loss)) / List.sumBy fst each

    let found =
        Temperature.loss (ScoredExamples.ofLabels labels scores targets weights) factor

    abs (found - expected) <= 1e-12 * expected
    |> Prop.label $"{found}, not {expected}"

/// A network whose scores are scaled returns its scores times the factor.
let private isScaled (key: int) =
    let network = Dense.network "tanh" (uint64 key) [ 3; 5; 2 + key % 3 ]
    let factor = float (float32 (0.1 + float (key % 29) / 10.0))
    let x = Tensor.constant [ 4; 3 ] (Random.normals (uint64 key + 1UL) 12)
    let scores = Reference.value (Network.forward network x)
    let scaled = Reference.value (Network.forward (Temperature.scaled factor network) x)
    let largest = scores |> Array.map abs |> Array.max

    Array.forall2
        (fun score scaled -> abs (scaled - factor * score) <= 1e-6 * factor * (largest + 1.0))
        scores
        scaled

// ---- thresholds of labels

/// No threshold has a higher F1 than the one that is chosen.
let private isBestThreshold (key: int) =
    let examples = 1 + key % 12
    let key = uint64 key

    let probabilities =
        Random.uniforms key 0UL examples |> Array.map (fun u -> floor (20.0 * u) / 20.0)

    let areYes =
        Random.uniforms (key + 1UL) 0UL examples |> Array.map (fun u -> u < 0.4)

    let weights =
        Random.uniforms (key + 2UL) 0UL examples |> Array.map (fun u -> floor (3.0 * u))

    let f1 threshold =
        let sum isCounted =
            Seq.zip3 probabilities areYes weights
            |> Seq.sumBy (fun (p, isYes, weight) -> if isCounted (p >= threshold) isYes then weight else 0.0)

        let some = sum (fun decided _ -> decided) + sum (fun _ isYes -> isYes)

        if some = 0.0 then 0.0 else 2.0 * sum (&&) / some

    let chosen = Thresholds.choose probabilities areYes weights
    let best = Seq.append [ 0.0; 0.5; 1.0 ] probabilities |> Seq.map f1 |> Seq.max

    ((chosen >= 0.0 && chosen <= 1.0) |> Prop.label "from 0 to 1")
    .&. (f1 chosen = best |> Prop.label $"{chosen} has F1 {f1 chosen}, the best {best}")
    .&. ((f1 0.5 < best || chosen = 0.5) |> Prop.label "0.5 is as good")

[<Tests>]
let tests =
    testList
        "Calibration"
        [
            property "intervals of any model hold their level, exactly" 60 cases intervalsHold
            property "sets of classes of any model hold their level, exactly" 60 cases setsHold
            property "the minimum number of calibration examples is the least one" 100 cases fewestIsLeast
            property
                "a temperature never raises the loss, and none near it is better"
                100
                (Arb.fromGen (Gen.choose (1, 1_000_000)))
                tempers
            property
                "the loss of labels is that of two classes each"
                100
                (Arb.fromGen (Gen.choose (1, 1_000_000)))
                labelsAreTwoClasses
            property
                "a scaled network has scaled scores"
                50
                (Arb.fromGen (Gen.choose (1, 1_000_000)))
                isScaled
            property
                "the threshold of a label has the highest F1 on its examples"
                200
                (Arb.fromGen (Gen.choose (1, 1_000_000)))
                isBestThreshold
            property
                "calibration examples choose nothing"
                3
                (Arb.fromGen (Gen.choose (1, 1000)))
                choosesNothing
        ]
