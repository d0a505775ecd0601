/// Shared by the properties of approximations: where networks are evaluated, and how far off they are.
module Hybrid.Properties.Measure

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Testing

let domain: Interval = { Lower = 0.0; Upper = 1.0 }

/// The outputs of a network in double precision, at points with one number per axis.
let outputsAt (network: Network) (points: float[][]) : float[] =
    let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)

    Reference.value (Network.forward network x)

/// The outputs of a network of one input.
let outputs (network: Network) (xs: float[]) : float[] =
    outputsAt network (Array.map Array.singleton xs)

/// The maximum distance between numbers.
let furthest (a: float[]) (b: float[]) : float =
    Array.map2 (fun a b -> abs (a - b)) a b |> Array.max

/// Evenly spaced points, and those where a network of n cells is worst: at its edges, on both sides of them, and in between.
let places (n: int) : float[] =
    let edges = Array.init (n + 1) (fun i -> float (float32 (float i / float n)))

    Array.concat
        [
            Array.init 201 (fun i -> float i / 200.0)
            edges
            Array.map Math.BitIncrement edges
            Array.map Math.BitDecrement edges
            Cells.middles edges
        ]
    |> Array.map (fun x -> Math.Clamp(x, 0.0, 1.0))
    |> Array.distinct

/// The rounding of sums in double precision.
let slack (scale: float) : float = 1e-11 * (1.0 + scale)

/// g - f where a network of n cells is worst, and the maximum of |f| there.
let errors (f: float -> float) (approximation: Approximation) (n: int) : float[] * float =
    let xs = places n
    let target = Array.map f xs
    Array.map2 (-) (outputs approximation.Network xs) target, target |> Array.map abs |> Array.max

/// Whether an approximation of n cells keeps its bound.
let isWithin (f: float -> float) (n: int) (approximation: Approximation) : Property =
    let errors, scale = errors f approximation n
    let worst = errors |> Array.map abs |> Array.max

    worst <= approximation.Bound + slack scale
    |> Prop.label
        $"{approximation.Method}, {approximation.Neurons} neurons: off by {worst}, not by {approximation.Bound} at most"

/// Functions that vary, and the number of cells for them.
let cases (functions: Arbitrary<FunctionCase>) : Arbitrary<FunctionCase * int> =
    Arb.zip (functions, Gen.choose (1, 40) |> Arb.fromGen)
    |> Arb.filter (fun (case, n) -> (FunctionCase.smoothness case).Modulus(1.0 / float n) > 1e-9)

/// A distance that needs about n cells.
let distance (case: FunctionCase) (n: int) : float =
    (FunctionCase.smoothness case).Modulus(1.0 / float n)

/// A network of one hidden layer of this kind over one input, with random parameters.
let random (kind: Network) (key: int) (inputs: int) (units: int) : Network =
    let layer part inputs outputs =
        Linear.network
            {
                Weight =
                    Tensor.constant
                        [ outputs; inputs ]
                        (Random.normals (Random.split (uint64 key) part) (inputs * outputs))
                Bias =
                    Random.normals (Random.split (uint64 key) (part + 1)) outputs
                    |> Tensor.constant [ outputs ]
                    |> Some
            }

    layer 0 inputs units >=> kind >=> layer 2 units 1

/// Keys of random numbers.
let keys: Gen<int> = Gen.choose (1, 1_000_000)
