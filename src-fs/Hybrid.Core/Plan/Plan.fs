namespace Hybrid.Core

open System
open System.Collections.Generic

/// Options of a plan.
[<NoComparison; ReferenceEquality>]
type internal PlanOptions =
    {
        /// Fill every buffer with NaN as soon as the plan considers it free, to reveal a value that is read too late.
        Poison: bool
        /// What has been computed from the state arrays, if the caller never changes these once a plan is compiled.
        FixedState: FixedValues option
        /// Where the buffers come from: several plans may share them, of which only one runs at a time. Its own if absent.
        Buffers: Pool option
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
    /// No poison, state that may change, buffers of its own, no cancellation.
    let internal defaults =
        {
            Poison = false
            FixedState = None
            Buffers = None
            Cancelled = fun () -> false
        }

    /// The nodes that are computed from these only.
    let private computedFrom (isGiven: Tensor -> bool) (order: Tensor[]) : HashSet<Tensor> =
        let found = HashSet<Tensor> HashIdentity.Reference

        for x in order do
            match x.Node with
            | Apply(_, _ :: _) when Calls.operands x |> List.forall (fun x -> isGiven x || found.Contains x) ->
                found.Add x |> ignore
            | _ -> ()

        found

    let private isConstant (x: Tensor) : bool =
        match x.Node with
        | Constant _ -> true
        | _ -> false

    /// The values of a constant or of an input that never changes.
    let private given
        (options: PlanOptions)
        (state: IReadOnlyDictionary<string, float32[]>)
        (x: Tensor)
        : float32[] voption =
        match x.Node with
        | Constant values -> ValueSome values.AsSingle
        | Input name when options.FixedState.IsSome ->
            match state.TryGetValue name with
            | true, array when array.Length = Shape.size x.Shape -> ValueSome array
            | _ -> ValueNone
        | _ -> ValueNone

    /// The values that are the same in every run, as far as others or the caller read them: constants and what is computed from these
    /// and from state that never changes.
    let private fixedValues
        (options: PlanOptions)
        (engine: Engine)
        (state: IReadOnlyDictionary<string, float32[]>)
        (order: Tensor[])
        (outputs: Tensor[])
        : struct ((Tensor -> bool) * Dictionary<Tensor, float32[]>) =
        let isFixedState (x: Tensor) =
            match x.Node with
            | Input name -> options.FixedState.IsSome && state.ContainsKey name
            | _ -> false

        let constant = computedFrom isConstant order
        let all = computedFrom (fun x -> isConstant x || isFixedState x) order
        let isFixed x = isConstant x || all.Contains x

        let seen = HashSet<Tensor> HashIdentity.Reference

        let read =
            [
                for output in outputs do
                    if isFixed output && seen.Add output then
                        output

                for x in order do
                    if not (isFixed x) then
                        for operand in Calls.operands x do
                            if isFixed operand && seen.Add operand then
                                operand
            ]

        let values = Dictionary<Tensor, float32[]> HashIdentity.Reference

        let add tensors found =
            for x, array in List.zip tensors found do
                values[x] <- array

        let constants, computed =
            List.partition (fun x -> isConstant x || constant.Contains x) read

        add constants (Eager.evaluate engine [] constants)

        options.FixedState
        |> Option.iter (fun fixedState -> add computed (fixedState.Of(engine, state, computed)))

        isFixed, values

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

        // updates change the state
        let options =
            if updates.IsEmpty then
                options
            else
                { options with FixedState = None }

        let simpler =
            Simplify.outputs cancellation (outputs @ List.map snd updates)
            |> Transpositions.outputs cancellation
            |> PatchProducts.outputs cancellation
            |> MaxPools.outputs cancellation
            |> IntegerProducts.outputs cancellation (given options state)
            |> Array.ofList

        let outputs, updated = Array.splitAt outputs.Length simpler

        let order =
            Array.map Calls.owner simpler |> List.ofArray |> Graph.orderBy Calls.operands

        let struct (isFixed, values) =
            fixedValues options engine state order (Array.map Calls.owner simpler)

        let updates = Array.map2 (fun (name, _) x -> name, x) (Array.ofList updates) updated

        let calls =
            Fusion(cancellation, order, isFixed)
                .Calls(
                    outputs |> Array.map Calls.owner |> List.ofArray,
                    [ for name, update in updates -> name, Calls.owner update ]
                )

        let compiler =
            Compiler(
                options.Poison,
                options.Buffers |> Option.defaultWith Pool,
                cancellation,
                engine.Kernels,
                state,
                options.FixedState.IsSome,
                outputs,
                updates,
                calls,
                values
            )

        let struct (inputs, computed, steps) = compiler.Compile()
        Plan(inputs, computed, steps)

    /// <summary>Compiles a graph; see compileWith.</summary>
    let compile engine state outputs updates : Plan =
        compileWith defaults engine state outputs updates
