namespace Hybrid.Verification

open System
open Hybrid.Core

/// A box, and the violations to search it for.
[<NoComparison; NoEquality>]
type internal AttackBox =
    {
        Lower: float32[]
        Upper: float32[]
        Aims: int[]
    }

/// <summary>A search for violations by projected gradients, in float32, on a compiled plan: what it finds is only a
/// candidate.</summary>
/// <remarks>Madry, Makelov, Schmidt, Tsipras and Vladu, "Towards deep learning models resistant to adversarial attacks" (2018),
/// with steps by sign in proportion to the box, and each point aimed at one violation.</remarks>
[<Sealed>]
type internal Attack(engine: Engine, network: Network, property: Property, region: Region) =
    static let batch = 256

    /// What keeps a condition that is not aimed at from being the greatest.
    static let aside = -1e30f

    let atoms = region.Violations |> List.concat |> Array.ofList
    let violations = region.Violations |> List.map List.length |> Array.ofList
    let starts = Array.scan (+) 0 violations

    let matrix width (terms: Atom -> (int * Exact) list) =
        let values = Array.zeroCreate<float32>(atoms.Length * width)

        atoms
        |> Array.iteri (fun i atom ->
            for index, factor in terms atom do
                values[i * width + index] <- float32 (Exact.floor factor))

        Tensor.single [ atoms.Length; width ] values |> Tensor.transpose

    // conditions are violated where they are negative; the greatest of those aimed at is to fall
    let plan =
        let x = Tensor.input "x" [ batch; property.Inputs ]
        let aim = Tensor.input "aim" [ batch; atoms.Length ]
        let y = Network.forward network x |> Tensor.reshape [ batch; property.Outputs ]

        let shift =
            Tensor.single
                [ atoms.Length ]
                (atoms |> Array.map (fun atom -> float32 (Exact.floor atom.Constant)))

        let ofOutputs = y *@ matrix property.Outputs _.Outputs

        let conditions =
            if atoms |> Array.forall (fun atom -> atom.Inputs.IsEmpty) then
                ofOutputs + shift
            else
                ofOutputs + x *@ matrix property.Inputs _.Inputs + shift

        let greatest = Tensor.max 1 (conditions + aim)
        let gradient = Derivative.gradient (Tensor.sumAll greatest) [ x ]
        Plan.compile engine (readOnlyDict []) (greatest :: gradient) []

    let x, aim = plan.Input "x", plan.Input "aim"
    let width = property.Inputs

    /// Aims a point at a violation.
    let target point violation =
        Array.fill aim (point * atoms.Length) atoms.Length aside
        Array.fill aim (point * atoms.Length + starts[violation]) violations[violation] 0f

    /// The point of the batch whose greatest condition is least.
    let best () =
        let values = plan.Output 0
        let mutable best = 0

        for point in 1 .. batch - 1 do
            if values[point] < values[best] || Single.IsNaN values[best] then
                best <- point

        best

    let point index = Array.sub x (index * width) width

    /// Moves a point, whose box was searched by so many others before.
    let move (box: AttackBox) index turn (shrink: float32) =
        let value, gradient = (plan.Output 0)[index], plan.Output 1
        let at = index * width

        // by sign with steps of several lengths, or onto the condition's own line: that finds points where all conditions barely hold
        let kind = turn % 8
        let isBySign = kind < 4 || not (value > 0f)

        let length =
            if isBySign then
                shrink * [| 0.5f; 0.2f; 0.1f; 0.03f |][kind % 4]
            else
                let mutable square = 1e-30f

                for i in 0 .. width - 1 do
                    let scaled = gradient[at + i] * (box.Upper[i] - box.Lower[i])
                    square <- square + scaled * scaled

                [| 1f; 1.1f; 1.3f; 1.7f |][kind % 4] * value / square

        for i in 0 .. width - 1 do
            let range = box.Upper[i] - box.Lower[i]
            let slope = gradient[at + i]

            let step =
                if not isBySign then length * slope * range * range
                elif slope > 0f then length * range
                elif slope < 0f then -length * range
                else 0f

            x[at + i] <- Math.Clamp(x[at + i] - step, box.Lower[i], box.Upper[i])

    /// <summary>Candidates for a violation, the best of each round first, until one is accepted.</summary>
    /// <param name="seed">Of the points to start from.</param>
    /// <param name="boxes">Where to search: points are dealt to them in turn, and each stays in its box.</param>
    /// <param name="steps">How many steps each point takes.</param>
    /// <param name="starts">Points to start from before others.</param>
    /// <param name="accept">Whether a candidate is a violation.</param>
    member _.Search
        (seed: uint64, boxes: AttackBox[], steps: int, starts: float32[][], accept: float32[] -> bool)
        : float32[] option =
        let uniforms = Array.zeroCreate<float32>(batch * width)
        Random.fill seed 0UL (Span uniforms)

        let boxOf index = boxes[index % boxes.Length]

        // how often all aims of the box were taken before
        let turn index =
            index / boxes.Length / (boxOf index).Aims.Length

        for index in 0 .. batch - 1 do
            let box = boxOf index
            target index box.Aims[index / boxes.Length % box.Aims.Length]

            for i in 0 .. width - 1 do
                let t = uniforms[index * width + i]
                // some start at corners
                let t = if turn index % 4 = 3 then MathF.Round t else t

                let start =
                    if index < starts.Length then
                        starts[index][i]
                    else
                        box.Lower[i] + t * (box.Upper[i] - box.Lower[i])

                x[index * width + i] <- Math.Clamp(start, box.Lower[i], box.Upper[i])

        let mutable found = None
        let mutable step = 0

        while found.IsNone && step <= steps do
            plan.Run()
            let candidate = best ()

            if (plan.Output 0)[candidate] < 0f && accept (point candidate) then
                found <- Some(point candidate)
            elif step < steps then
                for index in 0 .. batch - 1 do
                    move (boxOf index) index (turn index) (1f - float32 step / float32 (steps + 1))

            step <- step + 1

        found
