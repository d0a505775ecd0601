module Hybrid.Tests.MetricTests

open System
open System.Text.Json
open Hybrid.Core
open Hybrid.Models
open Xunit

let private value (outcomes: Outcomes) name =
    match Metric.value (Metric.named name) outcomes with
    | Ok value -> value
    | Error reason -> raise (Xunit.Sdk.XunitException $"{name} has no value: {reason}")

/// Outcomes with their metrics by scikit-learn; how they were made stands in the file.
let private cases =
    use stream =
        System.Reflection.Assembly.GetExecutingAssembly().GetManifestResourceStream "metrics.json"

    JsonDocument.Parse(stream).RootElement.GetProperty("cases").EnumerateArray()
    |> List.ofSeq

let private name (case: JsonElement) = case.GetProperty("case").GetString()

let names: TheoryData<string> = TheoryData<string>(List.map name cases)

let private outcomes (case: JsonElement) =
    let numbers (name: string) =
        [|
            for number in case.GetProperty(name).EnumerateArray() -> number.GetDouble()
        |]

    let weights =
        match case.TryGetProperty "weights" with
        | true, _ -> Some(numbers "weights")
        | _ -> None

    match case.GetProperty("classes").GetInt32() with
    | 0 -> Outcomes.ofQuantity (numbers "predicted") (numbers "actual") weights
    | classes ->
        Outcomes.ofClasses
            (Array.init classes string)
            true
            (numbers "predicted")
            (Array.map int (numbers "actual"))
            weights

[<Theory; MemberData(nameof names)>]
let ``Metrics - worked cases - equal scikit-learn's`` (case: string) =
    let case = cases |> List.find (fun one -> name one = case)

    for expected in case.GetProperty("expected").EnumerateObject() do
        let actual = value (outcomes case) expected.Name
        let expected, name = expected.Value.GetDouble(), expected.Name

        Assert.True(
            abs (actual - expected) <= 1e-12 * max 1.0 (abs expected),
            $"{name} is {actual}, not {expected}"
        )

[<Fact>]
let ``Metrics - weight 2 - equals the example twice`` () =
    for case in cases do
        match outcomes case with
        | Outcomes.Classes one ->
            let rows =
                one.Labels
                |> Array.mapi (fun i _ -> Array.replicate (1 + i % 3) i)
                |> Array.concat

            let k = one.Names.Length

            let twice =
                Outcomes.ofClasses
                    one.Names
                    true
                    (rows |> Array.collect (fun i -> one.Scores[i * k .. i * k + k - 1]))
                    (rows |> Array.map (fun i -> one.Labels[i]))
                    None

            let weights = one.Labels |> Array.mapi (fun i _ -> float (1 + i % 3))

            let weighted =
                Outcomes.ofClasses one.Names true one.Scores one.Labels (Some weights)

            for metric in Metric.all do
                match Metric.value metric twice, Metric.value metric weighted with
                | Ok twice, Ok weighted -> Assert.Equal(twice, weighted, 1e-12)
                | Error twice, Error weighted -> Assert.Equal(twice, weighted)
                | _ -> Assert.Fail metric.Name
        | Outcomes.Quantity one ->
            let rows =
                one.Actual
                |> Array.mapi (fun i _ -> Array.replicate (1 + i % 3) i)
                |> Array.concat

            let pick (values: float[]) = rows |> Array.map (fun i -> values[i])
            let twice = Outcomes.ofQuantity (pick one.Predicted) (pick one.Actual) None
            let weights = one.Actual |> Array.mapi (fun i _ -> float (1 + i % 3))
            let weighted = Outcomes.ofQuantity one.Predicted one.Actual (Some weights)

            for metric in Metric.all |> List.filter (fun metric -> not metric.IsOfClasses) do
                let twice, weighted = value twice metric.Name, value weighted metric.Name
                Assert.True(abs (twice - weighted) <= 1e-9 * max 1.0 (abs twice), metric.Name)
        | Outcomes.Each _ -> Assert.Fail "There is one target."

/// Outcomes in parts of some sizes, the last one with the rest.
let private parts (sizes: int list) (outcomes: Outcomes) : Outcomes list =
    let cut (count: int) =
        let ends = (0, sizes) ||> List.scan (+) |> List.filter (fun place -> place < count)
        List.zip ends (List.tail ends @ [ count ])

    match outcomes with
    | Outcomes.Classes one ->
        let k = one.Names.Length

        [
            for start, finish in cut one.Labels.Length ->
                Outcomes.Classes
                    { one with
                        Scores = one.Scores[start * k .. finish * k - 1]
                        Labels = one.Labels[start .. finish - 1]
                        Weights = one.Weights[start .. finish - 1]
                    }
        ]
    | Outcomes.Quantity one ->
        [
            for start, finish in cut one.Actual.Length ->
                Outcomes.Quantity
                    {
                        Predicted = one.Predicted[start .. finish - 1]
                        Actual = one.Actual[start .. finish - 1]
                        Weights = one.Weights[start .. finish - 1]
                    }
        ]
    | Outcomes.Each _ -> []

/// Scores of single precision in the first half, and with more digits in the second.
let private mixed (classes: int) (weighted: bool) : Outcomes =
    let random = Random 3

    let example i =
        let p = Array.init classes (fun _ -> float (float32 (0.01 + random.NextDouble())))
        let sum = Array.sum p

        if i < 40 then
            Array.map (fun p -> float (float32 (p / sum))) p
        else
            Array.map (fun p -> p / sum) p

    Outcomes.ofClasses
        (Array.init classes string)
        true
        (Array.init 80 example |> Array.concat)
        (Array.init 80 (fun i -> (i * 7 + i / 5) % classes))
        (if weighted then
             Some(Array.init 80 (fun i -> 0.1 * float (1 + i % 4)))
         else
             None)

[<Fact>]
let ``Metrics - outcomes in parts - have the bits of all at once`` () =
    let ownScores =
        Metric.ofScores "own" true (fun scores labels weights ->
            Array.last scores + float (Array.last labels) + Array.last weights)

    let ownNumbers =
        Metric.ofNumbers "own" true (fun predicted actual weights ->
            Array.last predicted + Array.last actual + Array.last weights)

    let metrics =
        ownScores :: ownNumbers :: Metric.all
        @ List.map Metric.named [ "top-1"; "top-2"; "pinball-0.9" ]

    for whole in
        [ mixed 2 false; mixed 2 true; mixed 4 false; mixed 4 true ]
        @ List.map outcomes cases do
        for sizes in [ [ 1 ]; [ 3; 7 ]; [ 2; 2; 2; 2 ] ] do
            for metric in metrics do
                let tally = Tally metric.Needs
                parts sizes whole |> List.iter tally.Add
                Assert.Equal(Metric.value metric whole, metric.Value tally)

[<Fact>]
let ``A tally of sums keeps nothing of the examples`` () =
    let outcomes = mixed 3 true
    let tally = Tally(Needs.Sums ||| Needs.Probabilities ||| Needs.Ranks)
    tally.Add outcomes

    let allocated _ =
        let before = GC.GetAllocatedBytesForCurrentThread()

        for _ in 1..1000 do
            tally.Add outcomes

        GC.GetAllocatedBytesForCurrentThread() - before

    // the least of some times, since the runtime allocates too where it compiles anew, and a collection may add what
    // is left of the piece that the thread allocates from
    Assert.InRange(Seq.init 5 allocated |> Seq.min, 0L, 1000L)

[<Theory; InlineData(2, 5.0); InlineData(10, 41.0)>]
let ``A tally of ranks keeps a score of each class, and sorts one at a time`` (classes: int, bytes: float) =
    let outcomes =
        match mixed classes false with
        | Outcomes.Classes one ->
            Outcomes.Classes
                { one with
                    Scores = Array.map (float32 >> float) one.Scores
                }
        | others -> others

    let metrics = [ Metric.named "roc-auc"; Metric.named "average-precision" ]
    let tally = Tally Needs.Order
    let rounds = 4000
    let examples = float (80 * rounds)

    let allocated action =
        let before = GC.GetAllocatedBytesForCurrentThread()
        action ()
        float (GC.GetAllocatedBytesForCurrentThread() - before) / examples

    let kept =
        allocated (fun () ->
            for _ in 1..rounds do
                tally.Add outcomes)

    // the last pieces are not full
    Assert.InRange(kept, 0.0, 1.25 * bytes)

    for metric in metrics do
        let compared = if classes = 2 then 1.0 else float classes
        let sorted = allocated (fun () -> metric.Value tally |> ignore)
        Assert.InRange(sorted / compared, 0.0, 4.1)

[<Fact>]
let ``A tally takes outcomes of one kind, and targets that parts do not have`` () =
    let tally = Tally Needs.Sums
    let quantity = Outcomes.ofQuantity [| 1.0 |] [| 3.0 |] None
    tally.Add(Outcomes.Each [ quantity; Outcomes.Each [] ])
    Assert.Equal(Error "no example has the target", (Metric.named "mae").Value tally)
    tally.Add(Outcomes.Each [ Outcomes.Each []; quantity ])
    Assert.Equal(Ok 2.0, (Metric.named "mae").Value tally)
    Assert.Throws<ArgumentException>(fun () -> tally.Add(mixed 2 false)) |> ignore

[<Fact>]
let ``Metrics – several targets – are the means over them`` () =
    let both =
        Outcomes.Each
            [
                Outcomes.ofQuantity [| 1.0; 2.0 |] [| 2.0; 4.0 |] None
                Outcomes.ofQuantity [| 0.0; 0.0; 0.0 |] [| 1.0; 3.0; 2.0 |] None
            ]

    Assert.Equal(1.75, value both "mae", 1e-15)
    Assert.True(Result.isError (Metric.value (Metric.named "accuracy") both))

let private reason (name: string) outcomes =
    match Metric.value (Metric.named name) outcomes with
    | Ok value -> raise (Xunit.Sdk.XunitException $"{name} is {value}")
    | Error reason -> reason

let private three scores labels =
    Outcomes.ofClasses [| "a"; "b"; "c" |] true scores labels None

[<Fact>]
let ``Rankings - a class without examples - have no value and name it`` () =
    let outcomes = three [| 0.5; 0.25; 0.25; 0.25; 0.5; 0.25 |] [| 0; 1 |]

    for name in [ "roc-auc"; "roc-auc-ovo"; "average-precision" ] do
        Assert.Contains("class «c»", reason name outcomes)
        Assert.DoesNotContain(Metric.usual outcomes, (fun metric -> metric.Name = name))

[<Fact>]
let ``Metrics - the other kind of target, scores, or k of all classes - have no value`` () =
    let quantity = Outcomes.ofQuantity [| 1.0 |] [| 2.0 |] None

    let scores =
        Outcomes.ofClasses [| "a"; "b" |] false [| 3.0; -2.0; 1.0; 4.0 |] [| 0; 1 |] None

    Assert.Contains("quantity", reason "matthews" quantity)
    Assert.Contains("fewer than two", reason "r2" quantity)
    Assert.Contains("class", reason "rmse" scores)
    Assert.Contains("not probabilities", reason "log-loss" scores)
    Assert.Contains("only 2 classes", reason "top-2" scores)
    Assert.Equal(1.0, value scores "roc-auc")

[<Fact>]
let ``Names - unknown ones or numbers out of range - are refused with a list`` () =
    for name in [ "roc"; "top-0"; "top-x"; "pinball-1"; "pinball-"; "" ] do
        let error = Assert.Throws<HybridException>(fun () -> Metric.named name |> ignore)
        Assert.Contains("roc-auc, roc-auc-ovo", error.Message)

    Assert.Equal("roc-auc", (Metric.named "ROC_AUC").Name)
    Assert.Equal("pinball-0.25", (Metric.named "pinball-0.25").Name)

[<Fact>]
let ``Outcomes - wrong lengths, labels, probabilities or weights - are refused`` () =
    let refused (make: unit -> Outcomes) =
        Assert.ThrowsAny<ArgumentException>(fun () -> make () |> ignore) |> ignore

    let two = [| "a"; "b" |]
    refused (fun () -> Outcomes.ofClasses two true [| 0.5; 0.5 |] [| 2 |] None)
    refused (fun () -> Outcomes.ofClasses two true [| 0.5 |] [| 1 |] None)
    refused (fun () -> Outcomes.ofClasses two true [| 1.5; -0.5 |] [| 1 |] None)
    refused (fun () -> Outcomes.ofClasses two true [||] [||] None)
    refused (fun () -> Outcomes.ofQuantity [| nan |] [| 1.0 |] None)
    refused (fun () -> Outcomes.ofQuantity [| 1.0 |] [| 1.0 |] (Some [| -1.0 |]))
    refused (fun () -> Outcomes.ofQuantity [| 1.0 |] [| 1.0 |] (Some [| 0.0 |]))
    refused (fun () -> Outcomes.ofQuantity [| 1.0 |] [| 1.0 |] (Some [| 1.0; 1.0 |]))
