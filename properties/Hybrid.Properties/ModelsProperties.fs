module Hybrid.Properties.ModelsProperties

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

let private engine = Engines.all |> List.last

// ---- data

/// A table with numbers, missing values and categories; with classes, or a quantity.
let private table (classes: int) (key: int) : Table =
    let examples = 24 + abs key % 20

    let draw part =
        Random.uniforms (Random.split (uint64 key) part) 0UL examples

    let a, b, kind, noise = draw 0, draw 1, draw 2, draw 3

    let columns =
        [|
            Column.numeric "a"
            Column.numeric "b"
            {
                Name = "kind"
                Kind = Category [| "red"; "green"; "blue" |]
            }
        |]

    let features =
        [|
            for i in 0 .. examples - 1 do
                float32 (4.0 * a[i] - 1.0)
                if b[i] < 0.1 then nanf else float32 b[i]
                float32 (int (3.0 * kind[i]))
        |]

    let target =
        if classes > 0 then
            Classes(
                Array.init classes string,
                Array.init examples (fun i -> (i + int (2.0 * a[i])) % classes)
            )
        else
            Quantity(Array.init examples (fun i -> float32 (round (100.0 + 20.0 * a[i] + noise[i]))))

    Table.create "a table" columns features "target" target

let private few =
    { Options.defaults with
        Epochs = Some 2
        Hidden = Some [ 5 ]
    }

/// What a training may be asked for: of classes, and of a quantity.
let private rows: (string * int * Options) list =
    [
        "defaults",
        3,
        { Options.defaults with
            Epochs = Some 1
        }
        "a quantity", 0, few
        "several activations",
        2,
        { few with
            Hidden = Some [ 4; 3 ]
            Activations = [ "tanh"; "gelu" ]
        }
        "no hidden layer", 3, { few with Hidden = Some [] }
        "maxout units", 3, { few with MaxoutPieces = 3 }
        "dropout and noise",
        0,
        { few with
            Dropout = 0.3
            InputNoise = 0.1
            Seed = 9UL
        }
        "L-BFGS",
        3,
        { few with
            Optimizer = Method.Lbfgs
            Activations = [ "tanh" ]
        }
        "bounds and penalties",
        0,
        { few with
            L1 = 0.01
            L2 = Some 0.1
            MaxNorm = Some 1.0
            ClipNorm = Some 1.0
            Optimizer = Method.Steps Optimizer.momentum
            Schedule = Some Schedule.cosine
        }
        "balanced classes by hinge loss",
        2,
        { few with
            ClassWeights = ClassWeights.Balanced
            Loss = Some Loss.hinge
        }
        "own class weights and smoothed labels",
        3,
        { few with
            ClassWeights = ClassWeights.Own [ "0", 2.0; "2", 0.5 ]
            Loss = Some(Loss.smoothed 0.1)
        }
        "focal loss", 2, { few with Loss = Some(Loss.focal 2.0) }
        "quantiles",
        0,
        { few with
            Loss = Some(Loss.quantiles [ 0.1; 0.5; 0.9 ])
        }
        "counts", 0, { few with Loss = Some Loss.poisson }
        "no parts held out",
        2,
        { few with
            ValidationFraction = Some 0.0
            TestFraction = Some 0.0
        }
        "as many epochs as cross-validation says",
        2,
        { few with
            Epochs = None
            LearningRate = Some 0.05
        }
        "layers of one's own",
        3,
        { few with
            Hidden = None
            Network = Some(fun features outputs -> Dense.network "tanh" 3UL [ features; 4; outputs ])
        }
    ]

let private keys: Arbitrary<int> = Arb.fromGen (Gen.choose (1, 1_000_000))

let private bits (network: Network) =
    Network.parameters network
    |> List.map (fun (name, value) ->
        name, value.Shape, Reference.value value |> Array.map BitConverter.DoubleToInt64Bits)

let private single (values: float32[]) =
    Array.map BitConverter.SingleToInt32Bits values

// ---- prepare is pure

let private parts (prepared: Prepared) =
    bits prepared.Start,
    bits prepared.Learned,
    single prepared.Examples.Targets,
    prepared.Examples.Rows,
    prepared.Validation |> Option.map _.Rows,
    (prepared.Split, prepared.Sizes, prepared.Record, prepared.Units, prepared.Schema)

let private sets classes key =
    {
        Train = table classes key
        Test = None
    }

let private isPure classes options key =
    let data = sets classes key
    let before = single data.Train.Features, data.Train.Target
    let first = Recipe.prepare options data
    let second = Recipe.prepare options (sets classes key)

    (parts first = parts second |> Prop.label "prepared twice")
    .&. (before = (single data.Train.Features, data.Train.Target)
         |> Prop.label "the data stay")

let private trained classes options key : Model =
    (Recipe.train engine options (sets classes key)).Model

let private isSameModel classes options key =
    let first, second = trained classes options key, trained classes options key
    bits first.Network = bits second.Network && first.Training = second.Training

// ---- cross-validation

/// Every row to learn from is held out once, every class has its share of each fold, and the test rows are in none.
let private isCrossValidated classes key =
    // at least 21 of 28 examples to learn from
    let data = table classes (key - key % 20 + 4 + key % 16)

    let prepared =
        Recipe.prepare { few with Epochs = None } { Train = data; Test = None }

    let held = prepared.Folds |> List.map (fun (_, held) -> held.Rows)

    let labels = Target.numbers data.Target

    let counts (rows: int[]) =
        Array.init (max 1 classes) (fun c ->
            rows
            |> Array.filter (fun row -> classes = 0 || int labels[row] = c)
            |> Array.length)

    [
        if List.length held <> 5 then
            $"{held.Length} folds"

        if Array.sort (Array.concat held) <> prepared.Split.Training then
            "not every row is held out once"

        for training, held in prepared.Folds do
            if Array.sort (Array.append training.Rows held.Rows) <> prepared.Split.Training then
                "a fold learns from a row that it holds out, or from none"

        for c in 0 .. max 1 classes - 1 do
            let shares = held |> List.map (fun rows -> (counts rows)[c])

            if List.max shares - List.min shares > 1 then
                $"class {c} has %A{shares}"
    ]
    |> withoutComplaints

/// What decides the number of epochs are the folds' losses, computed anew by training each fold: those of quantities as they are,
/// and those of classes no higher, with a temperature of at least 1.
let private isDecidedByTheFolds classes key =
    let options =
        { few with
            Epochs = None
            LearningRate = Some 0.05
        }

    let prepared =
        Recipe.prepare
            options
            {
                Train = table classes (key - key % 20 + 4 + key % 16)
                Test = None
            }

    let steps =
        match prepared.Settings with
        | Settings.Steps steps -> steps
        | Settings.Lbfgs _ -> failtest "no steps"

    let course =
        CrossValidation.course
            engine
            Communicator.alone
            (fun () -> false)
            steps
            prepared.Learned
            prepared.Folds

    let trained =
        prepared.Folds
        |> List.map (fun (training, held) ->
            let steps =
                { steps with
                    BatchSize = min steps.BatchSize training.Count
                    Epochs = course.Length
                    Patience = None
                }

            Training.epochs engine (fun () -> false) steps prepared.Learned training (Some held)
            |> Array.ofSeq)

    let count = prepared.Folds |> List.sumBy (fun (_, held) -> held.Count)

    [
        for epoch in 0 .. course.Length - 1 do
            let {
                    Factor = factor
                    Loss = loss
                    Measures = measures
                } =
                course[epoch]

            let plain =
                (trained
                 |> List.sumBy (fun epochs ->
                     let measures = epochs[epoch].Validation.Value
                     measures.Weight * measures.Loss))
                / float count

            let difference = loss - plain

            if abs (measures.Loss - loss) > 1e-6 * loss then
                $"epoch {epoch + 1} reports {measures.Loss}, not {loss}"

            if factor > 1.0 || (classes = 0 && factor <> 1.0) then
                $"epoch {epoch + 1} has the factor {factor}"

            if difference > 1e-6 * plain || (factor = 1.0 && difference < -1e-6 * plain) then
                $"epoch {epoch + 1} has the loss {loss} with the factor {factor}, {plain} without"
    ]
    |> withoutComplaints

/// The test rows measure the model and choose nothing: with other values, it is the same.
let private isIndependentOfTest classes key =
    let data = table classes key

    let options =
        { few with
            Epochs = None
            LearningRate = Some 0.05
        }

    let split = (Recipe.prepare options { Train = data; Test = None }).Split
    let features = Array.copy data.Features

    for row in split.Test do
        features[3 * row] <- 7f

    let model data =
        (Recipe.train engine options { Train = data; Test = None }).Model

    bits (model data).Network = bits (model { data with Features = features }).Network

// ---- the codec

let private number = Gen.choose (0, 1_000_000) |> Gen.map (fun n -> float n / 7.0)
let private optional (gen: Gen<'value>) : Gen<'value option> = Gen.optionOf gen

let private records: Arbitrary<TrainingRecord> =
    gen {
        let! seed = Gen.choose64 (0L, Int64.MaxValue)
        let! hidden = optional (Gen.listOf (Gen.choose (1, 1000)))

        let! activations =
            optional (Gen.nonEmptyListOf (Gen.elements (List.map fst Activation.functions)))

        let! counts = Gen.listOfLength 5 (Gen.choose (0, 10_000))
        let! numbers = Gen.listOfLength 7 number
        let! options = Gen.listOfLength 3 (optional number)
        let! batch = optional (Gen.choose (1, 1000))
        let! schedule = optional (Gen.elements (Schedule.all |> List.map _.Name))
        let! optimizer = Gen.elements Method.names
        let! loss = Gen.elements (Loss.all |> List.map _.Name)

        let! classWeights =
            Gen.elements
                [
                    ClassWeights.Alike
                    ClassWeights.Balanced
                    ClassWeights.Own [ "a", 2.0; "b, \"c\"=d", 0.1 ]
                ]

        let! gradients = Gen.elements [ "graph"; "diffsharp" ]
        let! certify = Gen.elements [ None; Some "0.1"; Some "area=2,rooms=5%" ]
        let! best = optional (Gen.choose (0, 10_000))
        let! stopBy = Gen.elements [ None; Some "roc-auc" ]
        let! splitBy = Gen.elements [ None; Some "group:patient"; Some "time:date" ]

        return
            {
                Seed = uint64 seed
                Hidden = hidden
                Frozen = counts[0]
                Activations = activations
                MaxoutPieces = counts[1]
                Loss = loss
                Optimizer = optimizer
                LearningRate = options[0]
                Schedule = schedule
                BatchSize = batch
                Grains = 1 + counts[1]
                Epochs = counts[2]
                BestEpoch = best
                Patience = counts[3]
                L1 = numbers[0]
                L2 = numbers[1]
                Dropout = numbers[2]
                InputNoise = numbers[3]
                MaxNorm = options[1]
                ClipNorm = options[2]
                Gradients = gradients
                ClassWeights = classWeights
                Certify = certify
                StopBy = stopBy
                SplitBy = splitBy
                Validation = numbers[4]
                Folds = counts[1] % 7
                Test = numbers[5]
                Calibration = numbers[6]
                Temperature = options[2]
                Examples = counts[4]
                Targets = TrainingRecord.mark (Quantity [| float32 seed |]) None
            }
    }
    |> Arb.fromGen

let private notes = [ "formula", "sin(x)"; "learning", "no entry of ours" ]

let private roundTrips (record: TrainingRecord) =
    let texts = TrainingRecord.toTexts record

    [
        if TrainingRecord.ofTexts (texts @ notes) <> (Some record, notes) then
            "the record or the notes are others"

        for missing in [ "seed"; "optimizer"; "validation"; "examples"; "targets" ] do
            let others = texts |> List.filter (fst >> (<>) missing)

            if TrainingRecord.ofTexts others <> (None, others) then
                $"without {missing} there is a record"

        let damaged =
            texts
            |> List.map (fun (key, text) -> key, (if key = "l2" then "much" else text))

        if TrainingRecord.ofTexts damaged <> (None, damaged) then
            "a number that is none is read"
    ]

/// What version 0.2.0 wrote.
let private older =
    [
        "seed", "1"
        "hidden", "32,16"
        "activation", "relu"
        "loss", "softmax"
        "optimizer", "adam"
        "learning-rate", "0.001"
        "schedule", "constant"
        "batch-size", "32"
        "epochs", "1000"
        "patience", "100"
        "l1", "0"
        "l2", "0.010309278350515464"
        "dropout", "0"
        "input-noise", "0"
        "validation", "0.1"
        "test", "0.25"
        "examples", "150"
        "targets", "c4f8c2e0b7f0e1aa"
    ]

let private isSameInAFile classes options key =
    let model = trained classes options key

    match ModelFile.ofOnnx (ModelFile.toOnnx model) with
    | ModelFile.Own read ->
        read.Training = model.Training
        && read.Schema = model.Schema
        && read.Loss.Name = model.Loss.Name
        && read.Notes.IsEmpty
    | ModelFile.Foreign _ -> false

[<Tests>]
let tests =
    testList
        "models"
        [
            let each name cases law =
                testList
                    name
                    [
                        for row, classes, options in rows -> property row cases keys (law classes options)
                    ]

            each "The same options and data prepare the same training, and nothing changes them" 10 isPure
            each "The same options and data give the same model, to the bit" 3 isSameModel
            each "A model is in its file what it was" 3 isSameInAFile

            property
                "In cross-validation every row is held out once, and classes have their shares"
                20
                keys
                (fun key -> isCrossValidated 0 key .&. isCrossValidated 3 key)

            property "Cross-validation measures what each fold's network does" 2 keys (fun key ->
                isDecidedByTheFolds 0 key .&. isDecidedByTheFolds 3 key)

            property "Test rows choose nothing, not even the number of epochs" 2 keys (fun key ->
                isIndependentOfTest 0 key && isIndependentOfTest 2 key)

            property
                "The record of a training is in its texts what it was, and is whole or none"
                100
                records
                (roundTrips >> withoutComplaints)

            testCase "The texts of a file of version 0.2.0 are read and written as they were"
            <| fun () ->
                match TrainingRecord.ofTexts older with
                | Some record, [] -> Expect.equal (TrainingRecord.toTexts record) older "the texts"
                | _ -> failtest "they are not read"
        ]
