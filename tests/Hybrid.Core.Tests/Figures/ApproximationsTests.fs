module Hybrid.Tests.ApproximationsTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures
open Hybrid.Tests
open Hybrid.Tests.FiguresTesting
open Xunit

let private build name variables text epsilon =
    let expression = Expression.parse variables text
    let box = variables |> List.map (fun _ -> interval 0.0 1.0) |> Array.ofList
    let result = Construction.build name expression box epsilon None None

    let figure =
        Approximations.draw
            $"{name}: {result.Approximation.Neurons} neurons for {text}"
            expression
            box
            result.Approximation.Network
            result.Certificate

    result, figure, parse figure

[<Fact>]
let ``A function of one variable is drawn with its band and network, and the error below`` () =
    let result, figure, root = build "bumps" [ "x" ] "sin(2*pi*x)" 0.5
    let text = root.Value
    Assert.Contains($"bumps: {result.Approximation.Neurons} neurons for sin(2*pi*x)", text)
    Assert.Contains("within 0.5", text)
    Assert.Contains("proved bound", text)
    Assert.Equal(2, (ofClass "plane" root).Length)
    PictureRules.keeps figure

[<Fact>]
let ``A function of two variables is two maps`` () =
    let _, figure, root = build "kuhn" [ "x"; "y" ] "x*y" 0.3
    Assert.Contains("network − function", root.Value)
    Assert.InRange((ofClass "plane" root).Length, 2, 4)
    PictureRules.keeps figure
