/// Networks of one hidden layer, on functions whose properties are all known.
module Hybrid.Properties.ApproximationProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Measure
open Hybrid.Testing

let private least (known: Smoothness) h =
    min (known.Modulus h) (min (known.Lipschitz * h / 2.0) (known.Curvature * h * h / 8.0))

let private staircase (known: Smoothness) h =
    known.Modulus h * (1.0 + 1.0 / Math.Sinh 10.0)

/// A method with the statements of its theorem, written independently.
[<NoComparison; NoEquality>]
type private Method =
    {
        Name: string
        Build: (float -> float) -> Smoothness -> Interval -> float -> Approximation
        /// How many neurons fewer than cells there are.
        Fewer: int
        /// The bound for cells of width h.
        Bound: Smoothness -> float -> float
        /// The factor by which halving the cells reduces the maximum error.
        Gain: float
    }

let private methods =
    [
        {
            Name = "relu"
            Build = Approximation.relu
            Fewer = 0
            Bound = least
            Gain = 4.0
        }
        {
            Name = "bumps"
            Build = Approximation.bumps
            Fewer = 1
            Bound = (fun known h -> known.Modulus(h / 2.0))
            Gain = 2.0
        }
        {
            Name = "sigmoid"
            Build = Approximation.sigmoid
            Fewer = 1
            Bound = staircase
            Gain = 2.0
        }
        {
            Name = "tanh"
            Build = Approximation.tanh
            Fewer = 1
            Bound = staircase
            Gain = 2.0
        }
    ]

/// The factor by which the maximum error decreases from n to 2n cells.
let private gain (method: Method) (known: Smoothness) n =
    let f x = Math.Exp x * Math.Sin(3.0 * x)

    let worst n =
        let approximation =
            method.Build f known domain (method.Bound known (1.0 / float n) * 1.00001)

        let xs = Array.init 20001 (fun i -> float i / 20000.0)
        furthest (Array.map f xs) (outputs approximation.Network xs)

    worst n / worst (2 * n)

[<Tests>]
let tests =
    testList
        "approximation"
        [
            testList
                "The distance of a network from its function never exceeds its bound"
                [
                    for method in methods ->
                        property method.Name 1000 (cases FunctionCase.arbitrary) (fun (case, n) ->
                            let f = FunctionCase.value case

                            let approximation =
                                method.Build f (FunctionCase.smoothness case) domain (distance case n)

                            isWithin f (approximation.Neurons + method.Fewer) approximation)
                ]

            testList
                "The bound is at most ε, and with one cell fewer it is larger"
                [
                    for method in methods ->
                        property method.Name 1000 (cases FunctionCase.arbitrary) (fun (case, n) ->
                            let epsilon = distance case n
                            let known = FunctionCase.smoothness case
                            let approximation = method.Build (FunctionCase.value case) known domain epsilon
                            let cells = float (approximation.Neurons + method.Fewer)
                            let bound cells = method.Bound known (1.0 / cells)
                            // edges and heights are rounded to float32: by 2⁻²³ of the domain and of the sum of the steps
                            let moved =
                                known.Modulus(2.0 ** -23.0)
                                + 2.0 ** -22.0
                                  * (8.0 * known.Modulus 1.0 + abs (FunctionCase.value case 0.5))

                            (approximation.Bound <= epsilon
                             && bound cells <= approximation.Bound * (1.0 + 1e-12)
                             && (cells = 1.0 || bound (cells - 1.0) + moved * cells > epsilon))
                            |> Prop.label
                                $"{cells} cells: bound {approximation.Bound}, one cell fewer {bound (cells - 1.0)}, ε {epsilon}")
                ]

            testList
                "Halving the cell width divides the error of steps by two, of linear pieces by four"
                [
                    for method in methods ->
                        testCase method.Name (fun () ->
                            let known =
                                if method.Name = "relu" then
                                    Smoothness.curvature 60.0
                                else
                                    Smoothness.lipschitz 10.0

                            for n in [ 8; 16; 32; 64 ] do
                                Expect.isBetween
                                    (gain method known n)
                                    (0.9 * method.Gain)
                                    (1.1 * method.Gain)
                                    $"from {n} cells")
                ]

            testCase "The staircase of a line attains its bound, for any slope" (fun () ->
                for slope in [ 3.0; -3.0; 0.25 ] do
                    for n in 1..40 do
                        let line =
                            Approximation.bumps
                                (fun x -> slope * x)
                                (Smoothness.lipschitz (abs slope))
                                domain
                                (abs slope / (2.0 * float n) * 1.0001)

                        Expect.equal line.Neurons (n - 1) $"the neurons of {n} cells, slope {slope}"
                        let atEnd = outputs line.Network [| 0.0 |] |> Array.exactlyOne

                        Expect.isBetween
                            (abs atEnd)
                            (0.999 * line.Bound)
                            line.Bound
                            $"the end of {n} cells, slope {slope}")

            testCase "The error of the interpolant of x² is h² / 4 in the middle of every cell" (fun () ->
                for n in [ 1; 2; 4; 8; 32 ] do
                    let h = 1.0 / float n

                    let square =
                        Approximation.relu
                            (fun x -> x * x)
                            (Smoothness.curvature 2.0)
                            domain
                            (h * h / 4.0 * 1.00001)

                    Expect.equal square.Neurons n $"the neurons of {n} cells"
                    let middles = Array.init n (fun i -> (float i + 0.5) * h)

                    for error in Array.map2 (fun y x -> y - x * x) (outputs square.Network middles) middles do
                        Expect.isBetween
                            error
                            (h * h / 4.0 - 5e-15)
                            (h * h / 4.0 + 5e-15)
                            $"the middle of one of {n} cells")

            testList
                "A network built from a quarter of the true constant violates its bound"
                [
                    for method in methods ->
                        testCase method.Name (fun () ->
                            for n in [ 2; 5; 16 ] do
                                // a line for steps, a parabola for linear pieces
                                let f, known, epsilon =
                                    if method.Name = "relu" then
                                        (fun x -> 2.0 * x * x),
                                        Smoothness.curvature 1.0,
                                        1.0 / (8.0 * float (n * n))
                                    else
                                        (fun x -> 4.0 * x), Smoothness.lipschitz 1.0, 1.0 / float n

                                let approximation = method.Build f known domain (epsilon * 1.001)
                                let errors, _ = errors f approximation (approximation.Neurons + method.Fewer)

                                Expect.isGreaterThan
                                    (errors |> Array.map abs |> Array.max)
                                    (1.1 * approximation.Bound)
                                    $"the maximum error of {n} cells")
                ]
        ]
