module Hybrid.Tests.FindingsTests

open System
open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FindingsCases
open Xunit

let kinds = Findings.rules |> Seq.map (fun rule -> [| rule.Kind :> obj |])

let private case kind =
    cases |> List.find (fun (known, _, _) -> known = kind)

let private found (kind: string) (examination: Examination) =
    Findings.ofExamination examination
    |> List.filter (fun finding -> finding.Kind = kind)

[<Theory; MemberData(nameof kinds)>]
let ``Each rule finds its own case`` (kind: string) =
    let _, sick, _ = case kind

    for name, examination in sick do
        match found kind examination with
        | [] -> Assert.Fail $"{name}: nothing was found."
        | findings ->
            for finding in findings do
                Assert.NotEqual(finding.Threshold, finding.Value)

                Assert.All(
                    [ finding.Found; finding.Says; Remedy.Sentence finding.Remedies ],
                    fun text -> Assert.InRange(text.Length, 10, 200)
                )

[<Theory; MemberData(nameof kinds)>]
let ``No rule finds anything in the other cases`` (kind: string) =
    let _, _, well = case kind

    for name, examination in well do
        match found kind examination with
        | [] -> ()
        | finding :: _ -> Assert.Fail $"{name}: {finding.Found}"

[<Fact>]
let ``A healthy network has no findings`` () =
    Assert.Empty(Findings.ofExamination (examine tanh normal))
    Assert.Empty(Findings.ofExamination (examine (dense "leaky-relu" [ 4; 10; 8; 3 ]) normal))

[<Fact>]
let ``Findings report the measured numbers, layers and thresholds`` () =
    let dead =
        found "dead-units" (examine (biased -100.0 3 (dense "relu" [ 4; 10; 8; 3 ])) normal)
        |> List.exactlyOne

    Assert.Equal((Some 1, 0.3, 0.1), (dead.Layer, dead.Value, dead.Threshold))
    Assert.Contains("3 of 10 units (30 %)", dead.Found)

    let large =
        found "large-updates" (examineAs Optimizer.sgd 50.0 1.0 None tanh normal)

    Assert.Equal<int option list>([ Some 1; Some 2; Some 3 ], large |> List.map _.Layer)

[<Fact>]
let ``Dead units - rate above the usual one - the usual one is the first remedy`` () =
    let remedies rate =
        (found
            "dead-units"
            (examineAs Optimizer.adam rate 1.0 None (biased -100.0 3 (dense "relu" [ 4; 10; 8; 3 ])) normal)
         |> List.exactlyOne)
            .Remedies

    Assert.Equal(
        Remedy.Set("LearningRate", "0.001", "it was 0.03, and 0.001 is usual for adam"),
        (remedies 0.03).Head
    )

    Assert.Equal(Remedy.Set("LearningRate", "0.0001", "it was 0.001"), (remedies 0.001).Head)
    Assert.Equal(Remedy.Set("Activations", "leaky-relu", "its units do not die"), (remedies 0.001)[1])

[<Fact>]
let ``A network with non-finite numbers has only findings that its numbers support`` () =
    let spoilt =
        dense "relu" [ 4; 10; 8; 3 ]
        |> biased -100.0 5
        |> alter "2.weight" (fun _ _ -> nan)

    Assert.Equal<string list>(
        [ "not-finite" ],
        Findings.ofExamination (examine spoilt normal) |> List.map _.Kind
    )

/// A network of two hidden layers after five epochs of Adam on the digits, standardised.
let private trained (activation: string) rate =
    let digits = BuiltIn.digits ()
    let data = Table.examples digits

    let network =
        Network.ofLayer (Preprocessing.layer (Preprocessing.fit digits data.Rows))
        >=> dense activation [ 64; 64; 64; 10 ]

    let choices =
        { options (LearningTask.Classification 10) Loss.softmax with
            Optimizer = Optimizer.adam
            LearningRate = rate
            BatchSize = 32
            Epochs = 5
        }

    Units.ofNetwork engine (List.last (train choices network data)).Network data

[<Fact>]
let ``At a high learning rate, rectified units die and leaky ones keep learning`` () =
    let share activation rate =
        Units.deadShare (trained activation rate) |> Option.get

    Assert.InRange(share "relu" 0.03, UnitRules.deadShare, 0.9)
    Assert.InRange(share "relu" 0.001, 0.0, 0.05)
    let leaky = trained "leaky-relu" 0.03
    Assert.All(leaky.Layers, fun layer -> Assert.Equal((0, 0), (layer.Dead, layer.NoGradient)))
