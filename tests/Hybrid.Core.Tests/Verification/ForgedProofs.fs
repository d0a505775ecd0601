/// Proofs about a small network, as their parts, and what forgers do to them.
module internal Hybrid.Tests.ForgedProofs

open System.IO
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Tests.CoreTesting
open Xunit

let network = dense "relu" [ 2; 8; 8; 1 ]

let never () = false

let condition inputs outputs (constant: float) =
    {
        Inputs = inputs
        Outputs = outputs
        Constant = Exact.ofFloat constant
        Strict = false
    }

/// That the output is never at most a number, nor at least another, on [-1, 1]².
let between (low: float) (high: float) : Property =
    {
        Inputs = 2
        Outputs = 1
        Regions =
            [
                {
                    Box = Array.create 2 (Exact.ofInt -1, Exact.one)
                    Violations =
                        [
                            // the second condition holds everywhere
                            [ condition [] [ 0, Exact.one ] -low; condition [ 0, Exact.one ] [] -5.0 ]
                            [ condition [] [ 0, Exact.ofInt -1 ] high ]
                        ]
                }
            ]
    }

/// The least and the greatest output on a grid.
let low, high =
    let points =
        [|
            for i in -20 .. 20 do
                for j in -20 .. 20 do
                    float i / 20.0
                    float j / 20.0
        |]

    let y =
        Network.forward network (Tensor.constant [ points.Length / 2; 2 ] points)
        |> Reference.value

    Array.min y, Array.max y

let range = high - low

/// That it leaves the range by no more than a share.
let within (share: float) =
    between (low - share * range) (high + share * range)

/// A proof, as its parts.
[<NoComparison; NoEquality>]
type Sample =
    {
        Property: Property
        Header: ProofHeader
        Nodes: ProofNode list
    }

let bytesOf (sample: Sample) : byte[] =
    use stream = new MemoryStream()

    let write () =
        use writer = new ProofWriter(stream, sample.Header)
        sample.Nodes |> List.iter writer.Node

    write ()
    stream.ToArray()

let checked' (property: Property) (network: Network) (bytes: byte[]) : ProofVerdict =
    use stream = new MemoryStream(bytes)
    (ProofChecker.check never property network stream).Verdict

let programOf arithmetic property =
    ProofChecker.program arithmetic property network

let private sampleOf style share : Sample =
    let property = within share
    let program = programOf Arithmetic.Float32 property
    let nodes = ResizeArray<ProofNode>()

    let builder =
        ProofBuilder(Arithmetic.Float32, program, property.Regions.Head, style, nodes.Add)

    Assert.Equal(ValueNone, builder.Run(20_000L, never))

    {
        Property = property
        Header = ProofChecker.header program property false
        Nodes = List.ofSeq nodes
    }

let halves = lazy (sampleOf ProofStyle.Halves 0.02)
let signs = lazy (sampleOf ProofStyle.Signs 0.3)

/// Changes the first node that can be changed.
let private first (change: ProofNode -> ProofNode option) (sample: Sample) : Sample =
    match sample.Nodes |> List.tryFindIndex (change >> Option.isSome) with
    | Some at ->
        { sample with
            Nodes = List.updateAt at (Option.get (change (List.item at sample.Nodes))) sample.Nodes
        }
    | None ->
        Assert.Fail "No node of the sample can be changed so."
        sample

let private claim (change: Claim -> Claim option) : Sample -> Sample =
    first (fun node ->
        match node.Claims |> List.tryFindIndex (change >> Option.isSome) with
        | Some at ->
            Some
                { node with
                    Claims = List.updateAt at (Option.get (change (List.item at node.Claims))) node.Claims
                }
        | None -> None)

/// Other slopes of the first argument.
let private argument (slopes: struct (int * float32)[]) : Sample -> Sample =
    first (fun node ->
        match node.Arguments with
        | claim :: rest ->
            Some
                { node with
                    Arguments =
                        { claim with
                            ArgumentClaim.Slopes = slopes
                        }
                        :: rest
                }
        | [] -> None)

let private slope (value: float32) =
    claim (fun claim ->
        if claim.Slopes.Length = 0 then
            None
        else
            let struct (unit, _) = claim.Slopes[0]

            Some
                { claim with
                    Slopes = Array.updateAt 0 (struct (unit, value)) claim.Slopes
                })

let private multiplier (value: float32) =
    claim (fun claim ->
        if claim.Multipliers.Length = 0 then
            None
        else
            let struct (unit, _) = claim.Multipliers[0]

            Some
                { claim with
                    Multipliers = Array.updateAt 0 (struct (unit, value)) claim.Multipliers
                })

let private division (change: Division -> Division option) =
    first (fun node ->
        change node.Division
        |> Option.map (fun division -> { node with Division = division }))

let private isClosed (node: ProofNode) = node.Division = Division.Closed

let private withNodes change (sample: Sample) =
    { sample with
        Nodes = change sample.Nodes
    }

let private halved change =
    division (function
        | Division.Halves(axis, last) -> Some(change axis last)
        | _ -> None)

/// What is done to proofs that divide inputs.
let ofHalves: (string * (Sample -> Sample)) list =
    [
        "the last leaf removed", withNodes (fun nodes -> List.take (nodes.Length - 1) nodes)
        "the first leaf removed", withNodes (fun nodes -> List.removeAt (List.findIndex isClosed nodes) nodes)
        "a leaf twice",
        withNodes (fun nodes ->
            let at = List.findIndex isClosed nodes
            List.insertAt at nodes[at] nodes)
        "another leaf at the end", withNodes (fun nodes -> nodes @ [ List.last nodes ])
        "a leaf without its claims",
        first (fun node ->
            if isClosed node && not node.Claims.IsEmpty then
                Some { node with Claims = [] }
            else
                None)
        "a box taken as a leaf", halved (fun _ _ -> Division.Closed)
        "a box divided outside", halved (fun axis _ -> Division.Halves(axis, 1e6))
        "a box divided at its end", halved (fun axis _ -> Division.Halves(axis, 1.0))
        "a box divided at NaN", halved (fun axis _ -> Division.Halves(axis, nan))
        "a box divided at infinity", halved (fun axis _ -> Division.Halves(axis, -infinity))
        "a box divided elsewhere", halved (fun axis _ -> Division.Halves(axis, 0.99))
        "a box divided by another input", halved (fun axis last -> Division.Halves(1 - axis, last + 0.9))
        "a box divided by an input that there is not", halved (fun _ last -> Division.Halves(2, last))
        "a box divided by a unit that there is not", halved (fun _ _ -> Division.Signs 1000)
        "a box divided by a unit instead", halved (fun _ _ -> Division.Signs 0)
        "a slope above 1", slope 1.5f
        "a slope below 0", slope -0.25f
        "a slope that is NaN", slope nanf
        "a slope twice",
        claim (fun claim ->
            if claim.Slopes.Length = 0 then
                None
            else
                Some
                    { claim with
                        Slopes = Array.append [| claim.Slopes[0] |] claim.Slopes
                    })
        "the slope of a unit that there is not",
        claim (fun claim ->
            Some
                { claim with
                    Slopes = [| struct (1000, 0.5f) |]
                })
        "a multiplier of a unit whose sign is not known",
        first (fun node ->
            match node.Claims with
            | claim :: rest when not (isClosed node) ->
                Some
                    { node with
                        Claims =
                            { claim with
                                Multipliers = Array.init 16 (fun unit -> struct (unit, 0.5f))
                            }
                            :: rest
                    }
            | _ -> None)
        "another condition",
        claim (fun claim ->
            if claim.Violation = 0 && not claim.IsCut then
                Some { claim with Condition = 1 }
            else
                None)
        "a condition that there is not",
        claim (fun claim ->
            if claim.Violation = 1 then
                Some { claim with Condition = 1 }
            else
                None)
        "another violation",
        claim (fun claim ->
            if not claim.IsCut then
                Some
                    { claim with
                        Violation = 1 - claim.Violation
                        Condition = 0
                    }
            else
                None)
        "a violation that there is not", claim (fun claim -> Some { claim with Violation = 2 })
        "a cut taken as a refutation",
        claim (fun claim ->
            if claim.IsCut then
                Some { claim with IsCut = false }
            else
                None)
        "another arithmetic",
        fun sample ->
            { sample with
                Header =
                    { sample.Header with
                        Arithmetic = Arithmetic.Real
                    }
            }
        "another network",
        fun sample ->
            { sample with
                Header =
                    { sample.Header with
                        Network = sample.Header.Property
                    }
            }
        "another property",
        fun sample ->
            { sample with
                Header =
                    { sample.Header with
                        Property = sample.Header.Network
                    }
            }
        "a violation instead",
        fun sample ->
            { sample with
                Header = { sample.Header with IsViolated = true }
            }
    ]

/// What is done to proofs that divide by signs of units.
let ofSigns: (string * (Sample -> Sample)) list =
    let signs change =
        division (function
            | Division.Signs unit -> Some(change unit)
            | _ -> None)

    [
        "a negative multiplier", multiplier -0.5f
        "a multiplier that is NaN", multiplier nanf
        "an infinite multiplier", multiplier infinityf
        "the part of a sign removed",
        withNodes (fun nodes -> List.removeAt (List.findIndex isClosed nodes) nodes)
        "a unit divided twice",
        first (fun node ->
            match node.Division with
            | Division.Signs _ -> Some { node with Claims = [] }
            | _ -> None)
        >> withNodes (fun nodes ->
            let at = nodes |> List.findIndex (fun node -> node.Division.IsSigns)

            List.insertAt at nodes[at] nodes)
        "violations separated twice",
        withNodes (fun nodes ->
            let at = nodes |> List.findIndex (fun node -> node.Division = Division.Cases)
            List.insertAt (at + 1) nodes[at] nodes)
        "an argument's slope above 1", argument [| struct (0, 1.5f) |]
        "an argument bounded by units after it", argument [| struct (15, 0.5f) |]
        "a part taken as a leaf", signs (fun _ -> Division.Closed)
        "ranges not computed backwards",
        first (fun node ->
            if node.Backward then
                Some { node with Backward = false }
            else
                None)
    ]
