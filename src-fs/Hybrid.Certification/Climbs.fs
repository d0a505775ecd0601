namespace Hybrid.Certification

open System
open Hybrid.Core

/// From where to climb, and to what.
[<NoComparison; NoEquality>]
type internal Climb =
    {
        /// Where the first point starts.
        Start: float32[]
        /// The box, in raw columns; equal ends where a column stays.
        Least: float32[]
        Most: float32[]
        /// The factors of the outputs in the objective.
        Factors: float32[]
        /// What is added to each output before the greatest is added to the objective; unused for linear objectives.
        Aside: float32[]
    }

/// <summary>Projected gradients for many rows at once, on a compiled plan: whatever is found was computed by the engine in
/// float32.</summary>
/// <param name="engine">Computes.</param>
/// <param name="network">Takes [examples; raw columns].</param>
/// <param name="inputs">The number of raw columns.</param>
/// <param name="outputs">The number of outputs.</param>
/// <param name="compares">Whether the objective is Σ factor · output + max (output + aside), not only the sum.</param>
/// <remarks>Madry, Makelov, Schmidt, Tsipras and Vladu, "Towards deep learning models resistant to adversarial attacks"
/// (2018).</remarks>
[<Sealed>]
type internal Climbs(engine: Engine, network: Network, inputs: int, outputs: int, compares: bool) =
    static let batch = 64

    let plan =
        let x = Tensor.input "x" [ batch; inputs ]
        let factors = Tensor.input "factors" [ batch; outputs ]
        let y = Network.forward network x |> Tensor.reshape [ batch; outputs ]
        let sum = Tensor.sum 1 (factors * y)

        let objective =
            if compares then
                sum + Tensor.max 1 (y + Tensor.input "aside" [ batch; outputs ])
            else
                sum

        let gradient = Derivative.gradient (Tensor.sumAll objective) [ x ]
        Plan.compile engine (readOnlyDict []) (objective :: gradient) []

    let x, factors = plan.Input "x", plan.Input "factors"
    let aside = if compares then plan.Input "aside" else [||]

    /// Steps of all points of the batch, each for one climb, uphill.
    let ascend (climbs: Climb[]) (scale: float32) =
        let gradient = plan.Output 1

        for point in 0 .. climbs.Length - 1 do
            let climb = climbs[point]

            for j in 0 .. inputs - 1 do
                let at = point * inputs + j
                let slope = gradient[at]
                let width = climb.Most[j] - climb.Least[j]

                if width > 0f && slope <> 0f && not (Single.IsNaN slope) then
                    let step = if slope > 0f then scale * width else -scale * width
                    x[at] <- Math.Clamp(x[at] + step, climb.Least[j], climb.Most[j])

    /// Some points at once, each for one climb; at most as many as the batch.
    let run (climbs: struct (int * int * Climb)[]) (steps: int) (seed: uint64) report =
        let uniforms = Array.zeroCreate<float32>(batch * inputs)
        Random.fill seed 0UL (Span uniforms)

        for point in 0 .. batch - 1 do
            // the rest of the batch repeats the first one
            let struct (_, restart, climb) = climbs[if point < climbs.Length then point else 0]
            Array.Copy(climb.Factors, 0, factors, point * outputs, outputs)

            if compares then
                Array.Copy(climb.Aside, 0, aside, point * outputs, outputs)

            for j in 0 .. inputs - 1 do
                let at = point * inputs + j
                let low, high = climb.Least[j], climb.Most[j]

                x[at] <-
                    if restart = 0 || not (high > low) then
                        climb.Start[j]
                    else
                        Math.Clamp(low + uniforms[at] * (high - low), low, high)

        let own = climbs |> Array.map (fun (struct (_, _, climb)) -> climb)

        for step in 0..steps do
            plan.Run()
            let values = plan.Output 0

            climbs
            |> Array.iteri (fun point (struct (index, _, _)) ->
                report index values[point] (fun () -> Array.sub x (point * inputs) inputs))

            if step < steps then
                ascend own (0.5f * (1f - float32 step / float32 steps) |> max 0.02f)

    /// <summary>Climbs from the start and from random points.</summary>
    /// <param name="climbs">Where and to what.</param>
    /// <param name="restarts">How many points for each: one from the start, the others random.</param>
    /// <param name="steps">How many steps each point takes.</param>
    /// <param name="seed">Of the random points.</param>
    /// <param name="report">Called with the climb's index, the objective and the point, for every point on the way.</param>
    member _.Run
        (
            climbs: Climb[],
            restarts: int,
            steps: int,
            seed: uint64,
            report: int -> float32 -> (unit -> float32[]) -> unit
        ) : unit =
        let all =
            [|
                for index in 0 .. climbs.Length - 1 do
                    for restart in 0 .. restarts - 1 do
                        struct (index, restart, climbs[index])
            |]

        all
        |> Array.chunkBySize batch
        |> Array.iteri (fun part points -> run points steps (seed + uint64 part) report)
