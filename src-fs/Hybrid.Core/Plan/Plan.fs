namespace Hybrid.Core

open System
open System.Collections.Generic

/// Options of a plan.
[<NoComparison; ReferenceEquality>]
type internal PlanOptions =
    {
        /// Fill every buffer with NaN as soon as the plan considers it free, to reveal a value that is read too late.
        Poison: bool
        /// Whether the caller never changes the state arrays once a plan is compiled.
        IsFixedState: bool
        /// Whether compiling should end early; called repeatedly.
        Cancelled: unit -> bool
    }

/// <summary>A graph compiled for one engine: calls in order, on buffers that are allocated once and shared by values that are not
/// needed at the same time. A run allocates nothing. A plan must be used by one thread at a time.</summary>
[<Sealed>]
type Plan internal (inputs: Dictionary<string, float32[]>, outputs: float32[][], steps: PlanStep[]) =
    let actions = steps |> Array.map _.Run

    /// The values of an input; write them before a run.
    member _.Input(name: string) : float32[] = inputs[name]

    /// Whether the graph needs an input of this name.
    member _.Needs(name: string) : bool = inputs.ContainsKey name

    /// The values of an output, valid until the next run.
    member _.Output(index: int) : float32[] = outputs[index]

    /// Computes the outputs and updates the state.
    member _.Run() : unit =
        for action in actions do
            action.Invoke()

    /// The steps of a run, in order.
    member internal _.Steps: IReadOnlyList<PlanStep> = Array.AsReadOnly steps

module Plan =
    /// No poison, state that may change, no cancellation.
    let internal defaults =
        {
            Poison = false
            IsFixedState = false
            Cancelled = fun () -> false
        }

    /// Whether a value is the same in every run: it is computed from constants only.
    let private constants (order: Tensor[]) : HashSet<Tensor> =
        let constant = HashSet<Tensor> HashIdentity.Reference

        for x in order do
            match x.Node with
            | Constant _ -> constant.Add x |> ignore
            | Apply(_, _ :: _) when Calls.operands x |> List.forall constant.Contains ->
                constant.Add x |> ignore
            | _ -> ()

        constant

    /// The values of the constants that other nodes or the caller read, all computed at once.
    let private valuesOf
        (engine: Engine)
        (constant: HashSet<Tensor>)
        (order: Tensor[])
        (outputs: Tensor seq)
        : Tensor -> float32[] option =
        let read =
            order
            |> Seq.filter (constant.Contains >> not)
            |> Seq.collect Calls.operands
            |> Seq.append outputs
            |> Seq.filter constant.Contains
            |> List.ofSeq

        let values = Dictionary<Tensor, float32[]> HashIdentity.Reference
        List.iter2 (fun x array -> values[x] <- array) read (Eager.evaluate engine [] read)

        fun x ->
            match values.TryGetValue x with
            | true, array -> Some array
            | false, _ -> None

    /// <summary>Compiles a graph.</summary>
    /// <param name="options">See PlanOptions.</param>
    /// <param name="engine">Carries out the kernels.</param>
    /// <param name="state">Arrays that the caller owns and several plans may share, by input name.</param>
    /// <param name="outputs">The tensors to compute.</param>
    /// <param name="updates">State that takes a new value after each run, all at once, by name.</param>
    /// <exception cref="T:Hybrid.HybridException">A state array has the wrong number of elements for its input, or an update
    /// names an unknown state.</exception>
    /// <exception cref="T:System.OperationCanceledException">Compilation was cancelled.</exception>
    let internal compileWith
        (options: PlanOptions)
        (engine: Engine)
        (state: IReadOnlyDictionary<string, float32[]>)
        (outputs: Tensor list)
        (updates: (string * Tensor) list)
        : Plan =
        let cancellation = Cancellation options.Cancelled

        let simpler =
            Simplify.outputs cancellation (outputs @ List.map snd updates)
            |> PatchProducts.outputs cancellation
            |> MaxPools.outputs cancellation
            |> Array.ofList

        let outputs, updated = Array.splitAt outputs.Length simpler

        let order =
            simpler |> Seq.map Calls.owner |> List.ofSeq |> Graph.orderBy Calls.operands

        let constant = constants order

        let fixedValues = valuesOf engine constant order (Seq.map Calls.owner simpler)
        let updates = Array.map2 (fun (name, _) x -> name, x) (Array.ofList updates) updated

        let calls =
            Fusion(cancellation, order, constant.Contains)
                .Calls(
                    outputs |> Array.map Calls.owner |> List.ofArray,
                    [ for name, update in updates -> name, Calls.owner update ]
                )

        let compiler =
            Compiler(
                options.Poison,
                cancellation,
                engine.Kernels,
                state,
                options.IsFixedState && updates.Length = 0,
                outputs,
                updates,
                calls,
                fixedValues
            )

        let struct (inputs, computed, steps) = compiler.Compile()
        Plan(inputs, computed, steps)

    /// <summary>Compiles a graph; see compileWith.</summary>
    let compile engine state outputs updates : Plan =
        compileWith defaults engine state outputs updates
