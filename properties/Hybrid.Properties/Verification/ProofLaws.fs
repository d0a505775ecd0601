/// What must hold of proofs and their checker, as functions that the mutations are tried on.
module internal Hybrid.Properties.ProofLaws

open System.IO
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Properties.VerificationCase

/// Whether the checker has a rule for all that a function consists of.
let private isRead (name: string) : bool =
    let network =
        network
            {
                Key = 1
                Inputs = 2
                Hidden = [ 3, name ]
                Outputs = 1
                Radius = 0.1
            }

    try
        (ProgramReader.Network(Arithmetic.Float32, 2, network)).Steps.Length > 0
    with :? HybridException ->
        false

/// The functions that the checker reads, and those that it refuses by name.
let read, refused = activations |> List.map fst |> List.partition isRead

/// Networks of the functions that the checker reads.
let checkedCases = casesOf read

let private jumps (name: string) : bool =
    let f = activations |> List.find (fst >> (=) name) |> snd

    Graph.order [ f (Tensor.input "x" [ 2; 3 ]) ]
    |> Array.exists (fun node ->
        match node.Node with
        | Apply(primitive, _) -> not (Continuity.isContinuous primitive.Continuity)
        | _ -> false)

/// Those of which one jumps, and those of which none does.
let jumping, continuous = List.partition jumps read

/// What a mutation changes in a network, as the checker reads it.
type Change = Program -> Program

/// Uniform numbers of a case.
let private uniforms (case: Case) part count =
    Random.uniforms (Random.split (uint64 case.Key) part) 0UL count

/// Slopes between 0 and 1, of which some are 0 and 1, for random ReLUs.
let private slopes (case: Case) (program: Program) : struct (int * float32)[] =
    let starts = Program.units program
    let u = uniforms case 300 (2 * starts[program.Steps.Length])

    [|
        for k in 0 .. program.Steps.Length - 1 do
            match program.Steps[k].Rule with
            | Rule.Relu _ ->
                for unit in starts[k] .. starts[k + 1] - 1 do
                    if u[2 * unit] < 0.7 then
                        struct (unit, float32 (max 0.0 (min 1.0 (1.4 * u[2 * unit + 1] - 0.2))))
            | _ -> ()
    |]

let private targets (case: Case) (program: Program) : Target[] =
    [|
        for i in 0 .. case.Outputs - 1 do
            for sign in [ 1.0; -1.0 ] do
                {
                    Step = program.Output
                    Values = [| i, Interval.exactly sign |]
                    Inputs = [||]
                    Constant = 0.0
                }
    |]

/// Complaints about outputs below the checker's bounds, with the usual slopes and with random ones.
let outside (change: Change) (case: Case) : string list =
    let network = network case
    let box = box case

    let bounds arithmetic =
        let program = ProgramReader.Network(arithmetic, case.Inputs, network) |> change

        let boxes = BoxChecker program
        let ends (f: Interval -> float) = Array.map f box
        boxes.Evaluate(ends _.Lower, ends _.Upper, ValueNone, true, []) |> ignore

        [
            for slopes in [ [||]; slopes case program ] do
                targets case program
                |> Array.map (fun target -> boxes.Bound(target, slopes, [||]))
        ]

    let single, real = bounds Arithmetic.Float32, bounds Arithmetic.Real

    [
        for point in points case 10 do
            for order, y in computed network point do
                let isReal = (order = "in double precision")
                let bounds = if isReal then real else single
                let slack = if isReal then 1e-12 else 0.0

                for bounds in bounds do
                    for i in 0 .. case.Outputs - 1 do
                        let size = slack * (1.0 + abs y[i])

                        // bounds that are not numbers prove nothing
                        if bounds[2 * i] > y[i] + size || -bounds[2 * i + 1] < y[i] - size then
                            $"output {i} is {y[i]:R} at %A{point}, summed {order}, outside [{bounds[2 * i]:R}, {-bounds[2 * i + 1]:R}]"
    ]

/// Complaints about a tree of claims, all accepted, for a planted violation.
let accepted (change: Change) (case: Case) : string list =
    let property, point = planted case

    let program =
        ProofChecker.program Arithmetic.Float32 property (network case) |> change

    [
        for style in [ ProofStyle.Halves; ProofStyle.Signs ] do
            let builder =
                ProofBuilder(Arithmetic.Float32, program, property.Regions.Head, style, ignore)

            if ValueOption.isNone (builder.Run(60L, (fun () -> false))) then
                $"proved by {style}, but it is violated at %A{point}"
    ]

/// A property that holds at the points that are tried, by a margin.
let holding (case: Case) : Property =
    let ys =
        points case 10
        |> Array.collect (fun point -> computed (network case) point |> List.map snd |> Array.ofList)
        |> Array.map Array.head

    let least, greatest = Array.min ys, Array.max ys
    let margin = 0.1 * (greatest - least) + 1e-3 * (1.0 + abs least)

    let atMost limit sign =
        {
            Inputs = []
            Outputs = [ 0, Exact.ofInt sign ]
            Constant = Exact.ofInt -sign * Exact.ofFloat limit
            Strict = false
        }

    {
        Inputs = case.Inputs
        Outputs = case.Outputs
        Regions =
            [
                { outputsOf (box case) case.Outputs with
                    Violations = [ [ atMost (least - margin) 1 ]; [ atMost (greatest + margin) -1 ] ]
                }
            ]
    }

/// Complaints about properties that the verifier proves and the checker does not. Where a function jumps, a box of any size has all values
/// between both sides of the jump, which later layers may turn into a violation: halving boxes may then never end, and the proof is
/// only required not to be written in part.
let unproved (case: Case) : string list =
    let property = holding case
    let network = network case

    [
        for arithmetic in [ Arithmetic.Float32; Arithmetic.Real ] do
            let limits =
                { Verifier.unlimited with
                    Boxes = 100L
                    Attack = false
                }

            match Verifier.prove engine arithmetic limits property network with
            | { Verdict = Verdict.Unsat }, Some proof ->
                use stream = new MemoryStream()
                let calls = ref 0

                let stop () =
                    calls.Value <- calls.Value + 1
                    calls.Value > 5000

                let problem =
                    try
                        proof.Write(stop, stream) |> ignore
                        None
                    with :? HybridException as error ->
                        Some error.Message

                match problem with
                | Some problem when case.Hidden |> List.exists (fun (_, name) -> List.contains name jumping) ->
                    if not (problem.StartsWith "The proof could not be completed") then
                        $"{arithmetic}: {problem}"
                | Some problem -> $"{arithmetic}: {problem}"
                | None ->
                    stream.Position <- 0L

                    match (ProofChecker.check (fun () -> false) property network stream).Verdict with
                    | ProofVerdict.Unsat -> ()
                    | verdict -> $"{arithmetic}: {verdict}"
            | _ -> ()
    ]

/// Complaints about proofs of a property that prove a violated one after random changes.
let forged (case: Case) : string list =
    let property = holding case
    let violated, point = planted case
    let network = network case
    let program = ProofChecker.program Arithmetic.Float32 property network
    let nodes = ResizeArray<ProofNode>()

    let style =
        if case.Key % 2 = 0 then
            ProofStyle.Halves
        else
            ProofStyle.Signs

    let builder =
        ProofBuilder(Arithmetic.Float32, program, property.Regions.Head, style, nodes.Add)

    builder.Run(60L, (fun () -> false)) |> ignore
    let u = uniforms case 400 (4 * nodes.Count)
    let pick (u: float) count = int (u * float count)

    let claim (u: float) (claim: Claim) =
        match pick u 5 with
        | 0 -> { claim with Condition = 0 }
        | 1 -> { claim with Violation = 0 }
        | 2 -> { claim with IsCut = true }
        | 3 -> { claim with Slopes = [||] }
        | _ -> { claim with Multipliers = [||] }

    let changed =
        nodes
        |> Seq.mapi (fun i node ->
            if u[4 * i] < 0.5 then
                node
            else
                match pick u[4 * i + 1] 4 with
                | 0 ->
                    { node with
                        Claims = List.map (claim u[4 * i + 2]) node.Claims
                    }
                | 1 ->
                    { node with
                        Backward = not node.Backward
                    }
                | 2 -> { node with Division = Division.Closed }
                | _ ->
                    { node with
                        Claims =
                            [
                                for violation in 0 .. violated.Regions.Head.Violations.Length - 1 do
                                    {
                                        Violation = violation
                                        Condition = 0
                                        IsCut = true
                                        Slopes = [||]
                                        Multipliers = [||]
                                    }
                            ]
                    })
        |> List.ofSeq

    use stream = new MemoryStream()

    let write () =
        use writer =
            new ProofWriter(
                stream,
                ProofChecker.header (ProofChecker.program Arithmetic.Float32 violated network) violated false
            )

        List.iter writer.Node changed

    write ()
    stream.Position <- 0L

    match (ProofChecker.check (fun () -> false) violated network stream).Verdict with
    | ProofVerdict.Refused _ -> []
    | verdict -> [ $"{verdict}, but it is violated at %A{point}" ]
