namespace Hybrid.Verification

open System
open Hybrid.Core

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

    /// <summary>Candidates for a violation in a box, the best first of each round, until one is accepted.</summary>
    /// <param name="seed">Of the points to start from.</param>
    /// <param name="lower">The box.</param>
    /// <param name="upper">The box.</param>
    /// <param name="aims">The violations to search for.</param>
    /// <param name="steps">How many steps each point takes.</param>
    /// <param name="starts">Points to start from before others.</param>
    /// <param name="accept">Whether a candidate is a violation.</param>
    member _.Search
        (
            seed: uint64,
            lower: float32[],
            upper: float32[],
            aims: int[],
            steps: int,
            starts: float32[][],
            accept: float32[] -> bool
        ) : float32[] option =
        let uniforms = Array.zeroCreate<float32>(batch * width)
        Random.fill seed 0UL (Span uniforms)

        for index in 0 .. batch - 1 do
            target index aims[index % aims.Length]

            for i in 0 .. width - 1 do
                let t = uniforms[index * width + i]
                // some start at corners
                let t = if index / aims.Length % 4 = 3 then MathF.Round t else t

                let start =
                    if index < starts.Length then
                        starts[index][i]
                    else
                        lower[i] + t * (upper[i] - lower[i])

                x[index * width + i] <- Math.Clamp(start, lower[i], upper[i])

        let mutable found = None
        let mutable step = 0

        while found.IsNone && step <= steps do
            plan.Run()
            let candidate = best ()

            if (plan.Output 0)[candidate] < 0f && accept (point candidate) then
                found <- Some(point candidate)
            elif step < steps then
                let gradient = plan.Output 1

                for index in 0 .. batch - 1 do
                    // long steps first; how long differs from point to point
                    let scale = [| 0.5f; 0.2f; 0.1f; 0.03f |][index / aims.Length % 4]
                    let length = scale * (1f - float32 step / float32 (steps + 1))

                    for i in 0 .. width - 1 do
                        let at = index * width + i
                        let slope = gradient[at]

                        let moved =
                            if slope > 0f then x[at] - length * (upper[i] - lower[i])
                            elif slope < 0f then x[at] + length * (upper[i] - lower[i])
                            else x[at]

                        x[at] <- Math.Clamp(moved, lower[i], upper[i])

            step <- step + 1

        found
