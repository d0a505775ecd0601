namespace Hybrid.Core

open System.Collections.Generic

/// <summary>The plans of one computation for batches of different sizes: each is compiled when it is first needed, and all share
/// their state and their buffers.</summary>
/// <param name="engine">Computes.</param>
/// <param name="cancelled">Called while a plan is compiled; if it returns true, that ends with an
/// OperationCanceledException.</param>
/// <param name="state">Arrays that the caller owns, by input name.</param>
/// <param name="fixedState">What is computed from them, if they never change: for other plans with the same state too.</param>
/// <param name="graph">From a number of rows to the outputs and the state updates.</param>
[<Sealed>]
type internal Plans
    (
        engine: Engine,
        cancelled: unit -> bool,
        state: IReadOnlyDictionary<string, float32[]>,
        fixedState: FixedValues option,
        graph: int -> Tensor list * (string * Tensor) list
    ) =
    let compiled = Dictionary<int, Plan>()
    let buffers = Pool()

    /// The plan for a number of rows.
    member _.For(rows: int) : Plan =
        match compiled.TryGetValue rows with
        | true, plan -> plan
        | false, _ ->
            let outputs, updates = graph rows

            let plan =
                Plan.compileWith
                    { Plan.defaults with
                        Cancelled = cancelled
                        FixedState = fixedState
                        Buffers = Some buffers
                    }
                    engine
                    state
                    outputs
                    updates

            compiled[rows] <- plan
            plan
