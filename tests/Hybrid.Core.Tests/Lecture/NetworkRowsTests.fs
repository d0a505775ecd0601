/// The lecture's rows on networks, their sizes and their pictures.
module Hybrid.Tests.Lecture.NetworkRowsTests

open System
open System.Reflection
open Hybrid.Core
open Hybrid.Figures
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Microsoft.FSharp.Reflection
open Xunit

[<Fact>]
let ``Connections within a layer are detected`` () =
    let figure = Acyclic.picture "3-4-2" [ 3; 4; 2 ]
    Assert.Equal(20, (Drawn.ofClass "weight" figure).Length)
    Assert.Empty(Drawn.within figure)

    let broken =
        { figure with
            Content = Svg.line "weight muted" 1.0 60.0 10.0 60.0 90.0 :: figure.Content
        }

    Assert.Single(Drawn.within broken) |> ignore

[<Fact>]
let ``Networks are acyclic, and look as on the slides`` () =
    let acyclic, naming = outcome Acyclic.experiment, outcome LayerNaming.experiment
    holds acyclic.Verdict
    holds naming.Verdict
    draws [ "neural_net" ] acyclic
    draws [ "neural_net2" ] naming
    Assert.Equal(1.0, measured "layers of 3-1" naming)

[<Fact>]
let ``The slides' networks have 26 and 41 parameters`` () =
    let outcome = outcome NetworkSizes.experiment
    holds outcome.Verdict
    Assert.Equal(26.0, measured "parameters of 3-4-2" outcome)
    Assert.Equal(41.0, measured "parameters of 3-4-4-1" outcome)

    for one in outcome.Measurements do
        Assert.True(one.Published.IsNone || one.Published = Some one.Measured)

[<Fact>]
let ``Random networks have one to five layers, at most eight wide`` () =
    let depths =
        [ 1UL .. 200UL ]
        |> List.map (fun key ->
            let network, inputs, outputs = AnyNetwork.create "tanh" key
            let summary = Summary.ofNetwork inputs network
            Assert.InRange(inputs, 1, 8)
            Assert.Equal<int list>([ outputs ], (List.last summary.Layers).Shape)
            summary.Depth)

    Assert.Equal<int list>([ 1; 2; 3; 4; 5 ], depths |> List.distinct |> List.sort)

[<Fact>]
let ``An activation at the output excludes some targets`` () =
    let outcome = outcome OutputLayer.experiment
    holds outcome.Verdict
    draws [ "output_layer" ] outcome
    repeats OutputLayer.experiment

[<Fact>]
let ``The slide's code returns its shapes and numbers`` () =
    let zeros rows columns = Tensor.fill 0.0 [ rows; columns ]

    let layers =
        (zeros 4 3, zeros 4 1), (zeros 4 4, zeros 4 1), (Tensor.fill 1.0 [ 1; 4 ], Tensor.fill 0.5 [ 1; 1 ])

    let first, second, third = layers
    let answer = MatrixForm.forward first second third (zeros 3 2)
    Assert.Equal<int list>([ 1; 2 ], answer.Shape)
    // four neurons of σ(0) = ½, and the bias
    values 1e-15 [ 2.5; 2.5 ] answer
    let outcome = outcome MatrixForm.experiment
    holds outcome.Verdict
    repeats MatrixForm.experiment

[<Fact>]
let ``Every piece of work is run equally often, and has a median time`` () =
    let calls = [| 0; 0 |]
    let call index () = calls[index] <- calls[index] + 1
    let times = Timing.medians 5 [ call 0; call 1 ]
    Assert.Equal<int[]>([| 8; 8 |], calls)
    Assert.True(times |> List.forall (fun time -> time >= 0.0))

[<Fact>]
let ``The project's shape names all modules that make layers`` () =
    let makes (candidate: Type) =
        candidate.GetMethods(BindingFlags.Public ||| BindingFlags.Static)
        |> Array.exists (fun method' -> method'.Name = "layer" && method'.ReturnType = typeof<Layer>)

    let found =
        typeof<Tensor>.Assembly.GetExportedTypes()
        |> Array.filter (fun candidate ->
            FSharpType.IsModule candidate
            && candidate.Name <> "NetworkModule"
            && makes candidate)
        |> Array.map _.Name.Replace("Module", "")
        |> Array.sort
        |> List.ofArray

    Assert.Equal<string list>(found, ProjectShape.layers)
    Assert.Equal(TextOnly, (outcome ProjectShape.experiment).Verdict)
