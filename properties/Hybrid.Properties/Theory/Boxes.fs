/// Shared by the properties of proofs: random networks of all kinds, and boxes.
module Hybrid.Properties.Boxes

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

/// Networks with a given kind of first layer; noise and dropout are random.
let private ofKind kind : Arbitrary<NetworkCase> =
    NetworkCase.arbitrary kind "squared" (0.0, 0.0)

/// Networks of all kinds of trained layers.
let networks: Arbitrary<NetworkCase> =
    Arb.fromGenShrink (
        NetworkCase.kinds |> List.map (fun kind -> (ofKind kind).Generator) |> Gen.oneof,
        (ofKind "relu").Shrinker
    )

/// The box has as many axes as the network has inputs; its position depends on the case's key.
let boxOf (case: NetworkCase) : Interval[] =
    let centres = Random.normals (uint64 case.Key) case.Inputs
    let radii = Random.uniforms (uint64 case.Key) 1UL case.Inputs

    Array.map2
        (fun c r ->
            {
                Lower = float (float32 (c - r))
                Upper = float (float32 (c + r + 0.01))
            })
        centres
        radii

/// Random float32 points of a box.
let inside (box: Interval[]) (count: int) (key: uint64) : float[][] =
    Random.uniforms key 2UL (count * box.Length)
    |> Array.chunkBySize box.Length
    |> Array.map (
        Array.mapi (fun axis u ->
            let x = box[axis]
            Math.Clamp(float (float32 (x.Lower + u * (x.Upper - x.Lower))), x.Lower, x.Upper))
    )

/// All outputs at points, concatenated.
let all (network: Network) (points: float[][]) : float[][] =
    let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)
    let y = Network.forward network x
    Reference.value y |> Array.chunkBySize y.Shape[1]

/// The network followed by one of the untrained layers.
let withLast (case: NetworkCase) : Network =
    let network = NetworkCase.network case

    match case.Key % 3 with
    | 0 -> network >=> Activation.softmax
    | 1 -> network >=> Activation.step
    | _ -> network
