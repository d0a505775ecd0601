/// Networks of one hidden layer on functions of which everything is known.
module Hybrid.Properties.ApproximationProperties

open System
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Properties.Measure
open Hybrid.Testing
open Xunit

let private least (known: Smoothness) h =
    min (known.Modulus h) (min (known.Lipschitz * h / 2.0) (known.Curvature * h * h / 8.0))

let private staircase (known: Smoothness) h =
    known.Modulus h * (1.0 + 1.0 / Math.Sinh 10.0)

/// Each with how many neurons n cells have, and the bound for cells of width h: written down again, from the theorems.
let private methods =
    [
        "relu", (Approximation.relu, 0, least)
        "bumps", (Approximation.bumps, 1, (fun known h -> known.Modulus(h / 2.0)))
        "sigmoid", (Approximation.sigmoid, 1, staircase)
        "tanh", (Approximation.tanh, 1, staircase)
    ]

let names = methods |> List.map (fun (name, _) -> [| box name |])

let private named name = Map.find name (Map methods)

[<Theory; MemberData(nameof names)>]
let ``A network is nowhere further from its function than its bound`` (name: string) =
    let build, fewer, _ = named name

    Prop.forAll (cases FunctionCase.arbitrary) (fun (case, n) ->
        let f = FunctionCase.value case

        let approximation = build f (FunctionCase.smoothness case) domain (distance case n)

        isWithin f (approximation.Neurons + fewer) approximation)
    |> checkCases 1000

[<Theory; MemberData(nameof names)>]
let ``The bound is at most ε, and one cell fewer has a greater one`` (name: string) =
    let build, fewer, bound = named name

    Prop.forAll (cases FunctionCase.arbitrary) (fun (case, n) ->
        let epsilon = distance case n
        let known = FunctionCase.smoothness case
        let approximation = build (FunctionCase.value case) known domain epsilon
        let cells = float (approximation.Neurons + fewer)
        let bound cells = bound known (1.0 / cells)
        // edges and heights are moved to float32 numbers: by 2⁻²³ of the domain and of what steps sum up to
        let moved =
            known.Modulus(2.0 ** -23.0)
            + 2.0 ** -22.0 * (8.0 * known.Modulus 1.0 + abs (FunctionCase.value case 0.5))

        (approximation.Bound <= epsilon
         && bound cells <= approximation.Bound * (1.0 + 1e-12)
         && (cells = 1.0 || bound (cells - 1.0) + moved * cells > epsilon))
        |> Prop.label
            $"{cells} cells: bound {approximation.Bound}, one cell fewer {bound (cells - 1.0)}, ε {epsilon}")
    |> checkCases 1000

/// How many times smaller the greatest error gets by halving the cells.
let private gain build (known: Smoothness) bound n =
    let f x = Math.Exp x * Math.Sin(3.0 * x)

    let worst n =
        let approximation: Approximation =
            build f known domain (bound known (1.0 / float n) * 1.00001)

        let xs = Array.init 20001 (fun i -> float i / 20000.0)
        furthest (Array.map f xs) (outputs approximation.Network xs)

    worst n / worst (2 * n)

[<Theory>]
[<InlineData("relu", 4.0)>]
[<InlineData("bumps", 2.0)>]
[<InlineData("sigmoid", 2.0)>]
[<InlineData("tanh", 2.0)>]
let ``Half the cell width divides the error of steps by two, of lines by four`` (name: string, order: float) =
    let build, _, bound = named name

    let known =
        if name = "relu" then
            Smoothness.curvature 60.0
        else
            Smoothness.lipschitz 10.0

    for n in [ 8; 16; 32; 64 ] do
        Assert.InRange(gain build known bound n, 0.9 * order, 1.1 * order)

[<Fact>]
let ``A staircase of a line reaches its bound, whatever the slope`` () =
    for slope in [ 3.0; -3.0; 0.25 ] do
        for n in 1..40 do
            let line =
                Approximation.bumps
                    (fun x -> slope * x)
                    (Smoothness.lipschitz (abs slope))
                    domain
                    (abs slope / (2.0 * float n) * 1.0001)

            Assert.Equal(n - 1, line.Neurons)
            let atEnd = outputs line.Network [| 0.0 |] |> Array.exactlyOne
            Assert.InRange(abs atEnd, 0.999 * line.Bound, line.Bound)

[<Fact>]
let ``The interpolant of x² is off by h² / 4 in the middle of every cell`` () =
    for n in [ 1; 2; 4; 8; 32 ] do
        let h = 1.0 / float n

        let square =
            Approximation.relu (fun x -> x * x) (Smoothness.curvature 2.0) domain (h * h / 4.0 * 1.00001)

        Assert.Equal(n, square.Neurons)
        let middles = Array.init n (fun i -> (float i + 0.5) * h)

        for error in Array.map2 (fun y x -> y - x * x) (outputs square.Network middles) middles do
            Assert.Equal(h * h / 4.0, error, 14)


[<Theory; MemberData(nameof names)>]
let ``What is built from a quarter of the true constant breaks its bound`` (name: string) =
    let build, fewer, _ = named name

    for n in [ 2; 5; 16 ] do
        // a line for steps, a parabola for lines
        let f, known, epsilon =
            if name = "relu" then
                (fun x -> 2.0 * x * x), Smoothness.curvature 1.0, 1.0 / (8.0 * float (n * n))
            else
                (fun x -> 4.0 * x), Smoothness.lipschitz 1.0, 1.0 / float n

        let approximation = build f known domain (epsilon * 1.001)
        let errors, _ = errors f approximation (approximation.Neurons + fewer)
        Assert.True((errors |> Array.map abs |> Array.max) > 1.1 * approximation.Bound)
