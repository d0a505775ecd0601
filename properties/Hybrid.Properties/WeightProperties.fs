/// An example of weight n counts as n examples: in losses, gradients and measures.
module Hybrid.Properties.WeightProperties

open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Data
open Hybrid.Testing
open Hybrid.Core

let private engine = Engines.all |> List.last

/// Examples of three features with whole weights, not all of them 0.
let private cases: Arbitrary<int * int list> =
    let weights =
        Gen.choose (1, 12)
        |> Gen.bind (fun count -> Gen.listOfLength count (Gen.choose (0, 3)))
        |> Gen.where (List.exists ((<) 0))

    Arb.fromGen (Gen.zip (Gen.choose (0, 1 <<< 20)) weights)

let private task (loss: Loss) =
    if LossKind.isOfClasses loss.Kind then
        LearningTask.Classification 3
    elif loss.Kind = LossKind.Labels then
        LearningTask.MultiLabel 2
    else
        LearningTask.Regression 2

let private numbers key part count =
    Random.normals (Random.split (uint64 key) part) count

let private examples (loss: Loss) (key: int, weights: int list) : Examples * Examples =
    let count = weights.Length
    let features = numbers key 0 (3 * count) |> Array.map float32

    let targets =
        match task loss with
        | LearningTask.Classification classes -> Array.init count (fun i -> float32 ((key + i * i) % classes))
        | LearningTask.Regression outputs ->
            numbers key 1 (outputs * count)
            |> Array.map (fun x -> float32 (round (abs (3.0 * x))))
        | LearningTask.MultiLabel labels ->
            numbers key 1 (labels * count)
            |> Array.map (fun x -> if x > 0.0 then 1f else 0f)

    let all = Examples.all 3 features targets

    { all with
        Weights = Some(weights |> List.map float32 |> Array.ofList)
    },
    { all with
        Rows =
            weights
            |> List.mapi (fun row weight -> Array.replicate weight row)
            |> Array.concat
    }

let private near (what: string) (a: float) (b: float) =
    // what is undefined with weights, such as R² of one example, is undefined with rows
    if
        abs (a - b) <= 1e-6 * (1.0 + abs b)
        || (System.Double.IsNaN a && System.Double.IsNaN b)
    then
        []
    else
        [ $"{what}: {a:R} with weights, {b:R} with repeated rows" ]

let private qualities (measures: Measures) =
    match measures.Quality with
    | Classified(accuracy, confusion) -> accuracy :: List.ofSeq (Seq.cast<float> confusion)
    | Estimated(rmse, mae, r2) -> [ rmse; mae; r2 ]

/// One step on all examples, and what is measured after it; classes have weights too.
let private complaints (loss: Loss) case =
    let weighted, repeated = examples loss case
    let task = task loss

    let network =
        Dense.network "tanh" (uint64 (fst case)) [ 3; 4; LearningTask.outputs task ]

    let trained (examples: Examples) =
        let options =
            { StepOptions.defaults task examples.Count with
                Loss = loss
                Optimizer = Optimizer.sgd
                LearningRate = 0.1
                BatchSize = examples.Count
                Epochs = 1
                ClassWeights =
                    match task with
                    | LearningTask.Classification classes -> Some(Step.balancedWeights classes examples)
                    | LearningTask.Regression _
                    | LearningTask.MultiLabel _ -> None
            }

        Training.epochs engine (fun () -> false) options network examples (Some examples)
        |> Seq.exactlyOne

    let a, b = trained weighted, trained repeated

    let parameters (epoch: Epoch) =
        Network.parameters epoch.Network
        |> List.collect (snd >> Reference.value >> List.ofArray)

    [
        yield! near "the loss" a.TrainingLoss b.TrainingLoss
        yield! List.map2 (near "a parameter") (parameters a) (parameters b) |> List.concat
        yield! near "the loss afterwards" a.Validation.Value.Loss b.Validation.Value.Loss
        yield! near "the weight" a.Validation.Value.Weight (float b.Validation.Value.Examples)

        yield!
            List.map2 (near "a measure") (qualities a.Validation.Value) (qualities b.Validation.Value)
            |> List.concat
    ]

/// L-BFGS by weights and by repeated rows. Both sum the same numbers, in another order, so that gradients differ by their rounding in
/// single precision: that is all after one iteration. Further ones of a network with hidden units carry the difference on, as they do
/// that of two orders of the same rows; without hidden units there is one optimum, which both reach.
let private lbfgsComplaints case =
    let weighted, repeated = examples Loss.squared case

    let trained (sizes: int list) epochs (examples: Examples) =
        let options: LbfgsOptions =
            {
                Task = task Loss.squared
                Loss = Loss.squared
                Regularizer = Regularizer.none
                Epochs = epochs
                Patience = None
                ClassWeights = None
                Gradients = GradientSource.graph
            }

        let network = Dense.network "tanh" (uint64 (fst case)) sizes

        Lbfgs.epochs engine (fun () -> false) options network examples None |> Seq.last

    let parameters (epoch: Epoch) =
        Network.parameters epoch.Network
        |> List.collect (snd >> Reference.value >> List.ofArray)

    let pair sizes epochs =
        trained sizes epochs weighted, trained sizes epochs repeated

    let a, b = pair [ 3; 4; 2 ] 1
    let best, best' = pair [ 3; 2 ] 200

    [
        yield! List.map2 (near "a parameter") (parameters a) (parameters b) |> List.concat
        yield! near "the loss" a.TrainingLoss b.TrainingLoss
        yield! near "the loss of the optimum" best.TrainingLoss best'.TrainingLoss
    ]

/// A table of numbers, some missing, with these weights.
let private table (key: int, weights: int list) : Table =
    let count = weights.Length

    let features =
        numbers key 2 (2 * count)
        |> Array.map (fun x -> if abs x < 0.1 then nanf else float32 (5.0 + x))

    Table.create
        "a table"
        [| Column.numeric "a"; Column.numeric "b" |]
        features
        "t"
        (Quantity(numbers key 3 count |> Array.map float32))

let private standardised (case: int * int list) =
    let table = table case
    let weights = snd case

    let rules (table: Table) =
        Preprocessing.fit table [| 0 .. table.Examples - 1 |]
        |> Array.collect (fun rule ->
            match rule with
            | ColumnRule.Standardise(mean, deviation) -> [| mean; deviation |]
            | ColumnRule.OneHot _
            | ColumnRule.Cycles _
            | ColumnRule.Row _ -> [||])

    let repeated =
        Table.subset
            (weights
             |> List.mapi (fun row weight -> Array.replicate weight row)
             |> Array.concat)
            table

    Array.map2
        (near "a moment")
        (rules (Weights.give (weights |> List.map float |> Array.ofList) table))
        (rules repeated)
    |> List.concat

/// The weights of a split's parts differ from their shares by at most the maximum weight for each group.
let private shares (case: int * int list) =
    let table = Weights.give (snd case |> List.map float |> Array.ofList) (table case)
    let weights = table.Weights.Value |> Array.map float
    let all = Array.sum weights
    let split = Split.ofTable (uint64 (fst case)) 0.2 0.3 table

    let off rows share =
        abs (Array.sumBy (Array.get weights) rows - share * all) > Array.max weights

    [
        if table.Examples >= 4 && (off split.Validation 0.2 || off split.Test 0.3) then
            $"the parts are {split}"

        if
            Array.sort (Array.concat [ split.Training; split.Validation; split.Test ])
            <> [| 0 .. table.Examples - 1 |]
        then
            "an example is in no part or in two"

        if split.Training.Length = 0 then
            "nothing is left to train on"

        // doubled weights split alike
        let twice =
            { table with
                Weights = Some(Array.map ((*) 2f) table.Weights.Value)
            }

        if Split.ofTable (uint64 (fst case)) 0.2 0.3 twice <> split then
            "doubled weights split differently"
    ]

[<Tests>]
let tests =
    testList
        "weights"
        [
            for loss in Loss.all do
                property
                    $"Weight n is the example n times, in step and measures, by the loss {loss.Name}"
                    10
                    cases
                    (complaints loss >> withoutComplaints)

            property
                "Weight n is the example n times, by L-BFGS"
                30
                cases
                (lbfgsComplaints >> withoutComplaints)

            property
                "Weight n is the example n times, in what is learned of the columns"
                50
                cases
                (standardised >> withoutComplaints)

            property "Parts have their shares of the weights" 50 cases (shares >> withoutComplaints)
        ]
