namespace Hybrid.Testing

open System
open System.Collections.Generic
open Hybrid.Core

/// Laws of the readers that compute in float32, on an engine.
module ReaderLaws =
    let private single (inputs: (string * float[]) list) =
        inputs |> List.map (fun (name, values) -> name, Array.map float32 values)

    /// Whether two results are equal to the bit; all NaN values count as one.
    let sameBits (a: float32[]) (b: float32[]) : bool =
        Array.forall2
            (fun (x: float32) (y: float32) ->
                BitConverter.SingleToInt32Bits x = BitConverter.SingleToInt32Bits y
                || Single.IsNaN x && Single.IsNaN y)
            a
            b

    /// Complaints about an engine whose values are too far from those in double precision.
    let eagerComplaints (engine: Engine) inputs (outputs: Tensor list) : string list =
        Eager.evaluate engine (single inputs) outputs
        |> List.mapi2
            (fun i output -> Rounding.complaints $"{engine.Name}, output {i}" (Rounding.bounds inputs output))
            outputs
        |> List.concat

    /// Writes the inputs of a plan.
    let write (plan: Plan) (inputs: (string * float[]) list) : unit =
        for name, values in single inputs do
            if plan.Needs name then
                Array.blit values 0 (plan.Input name) 0 values.Length

    /// Complaints about a plan's outputs that differ in any bit from eager evaluation, run after run.
    let internal planComplaints
        (runs: int)
        (options: PlanOptions)
        (engine: Engine)
        inputs
        (outputs: Tensor list)
        =
        let expected = Eager.evaluate engine (single inputs) outputs

        let plan =
            Plan.compileWith options engine (Dictionary<string, float32[]>()) outputs []

        [
            for run in 1..runs do
                write plan inputs
                plan.Run()

                for i, eager in List.indexed expected do
                    if not (sameBits eager (plan.Output i)) then
                        $"{engine.Name}, run {run}, output {i}: plan %A{plan.Output i}, eager %A{eager}"
        ]

    /// A graph for the laws of readers: the result of a row, and the gradients of a scalar of it.
    let private outputs (trace: Trace) =
        trace.Output :: Derivative.gradient (Law.weighted trace.Output) trace.Varied

    /// Eager values are within float32 rounding of those in double precision.
    let eager (engine: Engine) : Law =
        {
            Name = $"{engine.Name}: eager = reference"
            Complaints =
                fun row case ->
                    let trace = Trace.ofCase row case
                    eagerComplaints engine trace.Values (outputs trace)
        }

    /// A plan returns what eager evaluation returns, to the bit, whether freed buffers are poisoned or not.
    let plan (engine: Engine) : Law =
        {
            Name = $"{engine.Name}: plan = eager"
            Complaints =
                fun row case ->
                    let trace = Trace.ofCase row case

                    [ false; true ]
                    |> List.collect (fun poison ->
                        planComplaints
                            2
                            { Plan.defaults with Poison = poison }
                            engine
                            trace.Values
                            (outputs trace))
        }

    /// The laws of an engine.
    let all (engine: Engine) : Law list = [ eager engine; plan engine ]
