module Hybrid.Tests.MetricTests

open System
open System.Text.Json
open Hybrid.Core
open Hybrid.Models
open Xunit

let private value (outcomes: Outcomes) name =
    match (Metric.named name).Value outcomes with
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
                match metric.Value twice, metric.Value weighted with
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

[<Fact>]
let ``Metrics – several targets – are the means over them`` () =
    let both =
        Outcomes.Each
            [
                Outcomes.ofQuantity [| 1.0; 2.0 |] [| 2.0; 4.0 |] None
                Outcomes.ofQuantity [| 0.0; 0.0; 0.0 |] [| 1.0; 3.0; 2.0 |] None
            ]

    Assert.Equal(1.75, value both "mae", 1e-15)
    Assert.True(Result.isError ((Metric.named "accuracy").Value both))

let private reason (name: string) outcomes =
    match (Metric.named name).Value outcomes with
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
