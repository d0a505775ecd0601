module Hybrid.Tests.Lecture.NeuronDiagramTests

open Hybrid.Lecture
open Hybrid.Tests.FiguresTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The model has one line per weight, in the colour of its sign`` () =
    let weights = [| 1.0; -2.0; 0.0; 0.5; -0.25 |]
    let picture = NeuronPicture.model weights 0.3
    let root = parse picture
    Assert.True(NeuronDiagram.isFaithful weights picture)
    Assert.Equal(5, (ofClass "weight" root).Length)
    Assert.Equal(2, (ofClass "positive" root).Length)
    Assert.Equal(2, (ofClass "negative" root).Length)
    // beside the weights: the bias, and to and from the activation
    Assert.Equal(5 + 3, (ofClass "head" root).Length)

    Assert.Equal<string list>(
        [ "w₀ = 1.00"; "w₁ = −2.00"; "w₂ = 0.00"; "w₃ = 0.50"; "w₄ = −0.25" ],
        texts "weight-label" root
    )

    let widths = ofClass "weight" root |> List.map (number "stroke-width")
    Assert.Equal(widths[1], List.max widths)

[<Fact>]
let ``A picture with different weights is detected`` () =
    let picture = NeuronPicture.model [| 1.0; -2.0 |] 0.0
    Assert.False(NeuronDiagram.isFaithful [| 1.0; 2.0 |] picture)
    Assert.False(NeuronDiagram.isFaithful [| 1.0; -2.0; 3.0 |] picture)

[<Fact>]
let ``The biological neuron has dendrites, a body, an axon and its ends`` () =
    let root = parse NeuronPicture.biological
    Assert.True((ofClass "dendrite" root).Length > 10)
    Assert.Single(ofClass "nucleus" root) |> ignore
    Assert.Single(ofClass "axon" root) |> ignore
    Assert.Equal(4, (ofClass "terminal" root).Length)

[<Fact>]
let ``Both pictures of the slide are drawn, with the weights of a trained neuron`` () =
    let outcome = outcome NeuronDiagram.experiment
    holds outcome.Verdict
    draws [ "neuron"; "neuron_model" ] outcome
    Assert.Equal(4.0, measured "lines in the picture" outcome)
