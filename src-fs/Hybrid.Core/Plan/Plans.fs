namespace Hybrid.Core

open System.Collections.Generic

/// <summary>The plans of one computation for batches of different sizes: each is compiled when it is first needed, and all share
/// their state.</summary>
/// <param name="engine">Computes.</param>
/// <param name="cancelled">Called while a plan is compiled; if it returns true, that ends with an
/// OperationCanceledException.</param>
/// <param name="state">Arrays that the caller owns, by input name.</param>
/// <param name="isFixedState">Whether these never change.</param>
/// <param name="graph">From a number of rows to the outputs and the state updates.</param>
[<Sealed>]
type internal Plans
    (
        engine: Engine,
        cancelled: unit -> bool,
        state: IReadOnlyDictionary<string, float32[]>,
        isFixedState: bool,
        graph: int -> Tensor list * (string * Tensor) list
    ) =
    let compiled = Dictionary<int, Plan>()
    let fixedState = if isFixedState then Some(FixedValues()) else None

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
                    }
                    engine
                    state
                    outputs
                    updates

            compiled[rows] <- plan
            plan
