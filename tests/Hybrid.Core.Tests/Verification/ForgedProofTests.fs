/// Proofs that are not proofs are refused, whatever was changed in them.
module Hybrid.Tests.ForgedProofTests

open System
open System.IO
open System.IO.Compression
open System.Text
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.ForgedProofs
open Xunit

let names: TheoryData<string> =
    TheoryData<string>(List.map fst (ofHalves @ ofSigns))

[<Fact>]
let ``What the verifier proves is accepted`` () =
    for sample in [ halves; signs ] do
        Assert.True((checked' sample.Value.Property network (bytesOf sample.Value)).IsUnsat)

[<Theory; MemberData(nameof names)>]
let ``A forged proof is refused`` (name: string) =
    let sample, forge =
        match List.tryFind (fst >> (=) name) ofHalves with
        | Some(_, forge) -> halves.Value, forge
        | None -> signs.Value, ofSigns |> List.find (fst >> (=) name) |> snd

    Assert.True((checked' sample.Property network (bytesOf (forge sample))).IsRefused, name)

/// The proof with the marks of another network and property.
let private marked (property: Property) (network: Network) (sample: Sample) =
    { sample with
        Header = ProofChecker.header (ProofChecker.program Arithmetic.Float32 property network) property false
    }

[<Fact>]
let ``A proof of a property is none of a violated one`` () =
    for violated in
        [
            between (low + 0.02 * range) (high + range)
            between (low - range) (high - 0.02 * range)
        ] do
        for sample in [ halves.Value; signs.Value ] do
            let bytes = bytesOf (marked violated network sample)
            Assert.True((checked' violated network bytes).IsRefused)

[<Fact>]
let ``A proof about a network is none about another`` () =
    let other =
        network
        >=> Linear.network
                {
                    Weight = matrix [ [ 2.0 ] ]
                    Bias = None
                }

    for sample in [ halves.Value; signs.Value ] do
        let property = sample.Property
        Assert.True((checked' property other (bytesOf sample)).IsRefused)
        Assert.True((checked' property other (bytesOf (marked property other sample))).IsRefused)

[<Fact>]
let ``A proof that is cut off is refused`` () =
    let bytes = bytesOf halves.Value

    // gzip ends with a checksum, which says nothing
    for length in 0..7 .. bytes.Length - 20 do
        Assert.True(
            (checked' halves.Value.Property network (Array.truncate length bytes)).IsRefused,
            string length
        )

[<Fact>]
let ``A damaged proof is refused or right`` () =
    // every byte decides something, or it is a digit of a slope
    let bytes = bytesOf halves.Value

    for at in 0..5 .. bytes.Length - 1 do
        let damaged = Array.copy bytes
        damaged[at] <- damaged[at] ^^^ 0x15uy
        checked' halves.Value.Property network damaged |> ignore

/// A proof with these numbers after its header.
let private raw (numbers: byte[]) : byte[] =
    use stream = new MemoryStream()

    for line in ProofHeader.lines halves.Value.Header do
        stream.Write(ReadOnlySpan(Encoding.ASCII.GetBytes(line + "\n")))

    let write () =
        use compressed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen = true)
        compressed.Write(ReadOnlySpan numbers)

    write ()
    stream.ToArray()

let private most = [| 0xFFuy; 0xFFuy; 0xFFuy; 0xFFuy; 0x07uy |]

let private hostile: (string * byte[]) list =
    [
        "nothing", [||]
        "an unknown kind of node", [| 16uy; 0uy |]
        "as many claims as can be", Array.append [| 4uy |] most
        "more claims than a number holds", Array.append [| 4uy |] (Array.create 9 0xFFuy)
        "as many slopes as can be", Array.append [| 4uy; 1uy; 0uy; 0uy |] most
        "as many multipliers as can be", Array.append [| 4uy; 1uy; 0uy; 0uy; 0uy |] most
        "as many arguments as can be", Array.append [| 12uy |] most
        "an input that is too large", Array.append [| 5uy; 0uy |] most
        "endless separations", Array.init 2_000_000 (fun i -> if i % 2 = 0 then 3uy else 0uy)
        "endless signs", Array.init 3_000_000 (fun i -> if i % 3 = 0 then 2uy else 0uy)
    ]

let hostileKinds: TheoryData<string> = TheoryData<string>(List.map fst hostile)

[<Theory; MemberData(nameof hostileKinds)>]
let ``A hostile proof is refused`` (kind: string) =
    let numbers = hostile |> List.find (fst >> (=) kind) |> snd
    Assert.True((checked' halves.Value.Property network (raw numbers)).IsRefused)

[<Fact>]
let ``Another file is refused`` () =
    for bytes in
        [
            [||]
            [| 0uy; 255uy |]
            Array.create 1000 65uy
            Encoding.ASCII.GetBytes "hybrid proof 1\n"
        ] do
        Assert.True((checked' halves.Value.Property network bytes).IsRefused)

[<Fact>]
let ``Real arithmetic proves what float32 does not`` () =
    // 2²⁴ + 1 - 2²⁴ is 1, or 0 in another order
    let network =
        Linear.network
            {
                Weight = Tensor.single [ 1; 3 ] [| 16777216f; 1f; -16777216f |]
                Bias = None
            }

    let property =
        {
            Inputs = 3
            Outputs = 1
            Regions =
                [
                    {
                        Box = Array.create 3 (Exact.one, Exact.one)
                        Violations = [ [ condition [] [ 0, Exact.one ] -0.5 ] ]
                    }
                ]
        }

    let proof arithmetic =
        let program = ProofChecker.program arithmetic property network

        bytesOf
            {
                Property = property
                Header = ProofChecker.header program property false
                Nodes =
                    [
                        {
                            Backward = true
                            Arguments = []
                            Claims =
                                [
                                    {
                                        Violation = 0
                                        Condition = 0
                                        IsCut = false
                                        Slopes = [||]
                                        Multipliers = [||]
                                    }
                                ]
                            Division = Division.Closed
                        }
                    ]
            }

    Assert.True((checked' property network (proof Arithmetic.Real)).IsUnsat)
    Assert.True((checked' property network (proof Arithmetic.Float32)).IsRefused)

let private witness (property: Property) (inputs: float32[]) : ProofVerdict =
    use stream = new MemoryStream()
    let program = programOf Arithmetic.Float32 property

    let write () =
        use writer = new ProofWriter(stream, ProofChecker.header program property true)
        writer.Witness inputs

    write ()
    checked' property network (stream.ToArray())

[<Fact>]
let ``A violation is a proof, if it is one`` () =
    let violated = between (high + range) (high + range)
    Assert.True((witness violated [| 0.5f; 0.5f |]).IsSat)

    for inputs in
        [
            [||]
            [| 0.5f |]
            [| 0.5f; 0.5f; 0.5f |]
            [| 1.5f; 0.5f |]
            [| nanf; 0.5f |]
            [| infinityf; 0.5f |]
        ] do
        Assert.True((witness violated inputs).IsRefused)

    Assert.True((witness (within 0.5) [| 0.5f; 0.5f |]).IsRefused)
