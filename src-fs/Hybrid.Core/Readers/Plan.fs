namespace Hybrid.Core

open System.Collections.Generic
open Execution

/// What a plan may be asked for beyond its result.
type PlanOptions =
    {
        /// Fill every buffer with NaN as soon as the plan holds it for free: a value that is read too late then shows.
        Poison: bool
    }

/// <summary>A graph compiled for one engine: kernels in order, on buffers that are allocated once and shared by values
/// that are not needed at the same time. A run allocates nothing. A plan is for one thread at a time.</summary>
[<Sealed>]
type Plan
    internal
    (
        inputs: Dictionary<string, float32[]>,
        outputs: float32[][],
        steps: (IKernels -> unit)[],
        engine: IKernels
    ) =

    /// The values of an input, to be written before a run.
    member _.Input(name: string) : float32[] = inputs[name]

    /// Whether the graph needs an input of this name.
    member _.Needs(name: string) : bool = inputs.ContainsKey name

    /// The values of an output, valid until the next run.
    member _.Output(index: int) : float32[] = outputs[index]

    /// Computes the outputs and updates the state.
    member _.Run() : unit =
        for step in steps do
            step engine

module Plan =
    let defaults = { Poison = false }

    /// Buffers that are free, by length.
    type private Pool() =
        let free = SortedDictionary<int, Stack<float32[]>>()

        /// A buffer of at least this length, and at most twice of it, that is free; or a new one.
        member _.Rent(length: int) : float32[] =
            let fits (entry: KeyValuePair<int, Stack<float32[]>>) =
                entry.Key >= length && entry.Key <= 2 * length && entry.Value.Count > 0

            match Seq.tryFind fits free with
            | Some entry -> entry.Value.Pop()
            | None -> Array.zeroCreate length

        member _.Return(buffer: float32[]) : unit =
            match free.TryGetValue buffer.Length with
            | true, stack -> stack.Push buffer
            | false, _ -> free[buffer.Length] <- Stack [ buffer ]

    /// The node whose buffer holds a tensor's values: a view has none of its own.
    let rec private owner (x: Tensor) : Tensor =
        match x.Node with
        | Apply({ Kernel = Kernel.View }, [ inner ]) -> owner inner
        | _ -> x

    /// Whether a value is the same at every run: it comes from constants only.
    let private constants (order: Tensor[]) : HashSet<Tensor> =
        let constant = HashSet<Tensor> HashIdentity.Reference

        for x in order do
            match x.Node with
            | Constant _ -> constant.Add x |> ignore
            | Apply(_, _ :: _) when Execution.operands x |> List.forall constant.Contains ->
                constant.Add x |> ignore
            | _ -> ()

        constant

    /// <summary>Compiles a graph.</summary>
    /// <param name="options">What is asked for beyond the result.</param>
    /// <param name="engine">Carries out the kernels.</param>
    /// <param name="state">Arrays that belong to the caller and that several plans may share, by input name.</param>
    /// <param name="outputs">What is to be computed.</param>
    /// <param name="updates">State that takes a new value after each run, all at once, by name.</param>
    /// <exception cref="T:Hybrid.Core.HybridException">A state array has another number of elements than its input, or an
    /// update names no state.</exception>
    let compileWith
        (options: PlanOptions)
        (engine: IKernels)
        (state: IReadOnlyDictionary<string, float32[]>)
        (outputs: Tensor list)
        (updates: (string * Tensor) list)
        : Plan =
        let results = outputs @ List.map snd updates
        let order = Graph.orderBy Execution.operands results
        let constant = constants order
        let pool = Pool()
        let buffers = Dictionary<Tensor, Buffer> HashIdentity.Reference
        let inputs = Dictionary<string, float32[]>()

        let inputArray name shape =
            match state.TryGetValue name, inputs.TryGetValue name with
            | (true, array), _
            | _, (true, array) ->
                if array.Length <> Shape.size shape then
                    raise (
                        ShapeMismatch(
                            $"input \"{name}\"",
                            [ shape; [ array.Length ] ],
                            "The state has another size."
                        )
                    )

                array
            | _ -> Array.zeroCreate (Shape.size shape)

        // how many steps, or the caller, still need the values of a buffer's owner
        let uses = Dictionary<Tensor, int> HashIdentity.Reference

        for x in Seq.append (Seq.collect Execution.operands order) results do
            uses[owner x] <- 1 + uses.GetValueOrDefault(owner x)

        let steps = List<IKernels -> unit>()

        let view (x: Tensor) =
            Buffer(buffers[owner x].Array, 0, Shape.size x.Shape)

        let release x =
            let held = owner x
            uses[held] <- uses[held] - 1

            match held.Node with
            | Apply _ when uses[held] = 0 && not (constant.Contains held) ->
                let array = buffers[held].Array
                pool.Return array

                if options.Poison then
                    steps.Add(fun _ -> System.Array.Fill(array, nanf))
            | _ -> ()

        for x in order do
            match x.Node with
            | Constant values -> buffers[x] <- Buffer values.AsSingle
            | Input name ->
                let array = inputArray name x.Shape
                inputs[name] <- array
                buffers[x] <- Buffer array
            | Apply(primitive, _) ->
                let operands = Execution.operands x

                if not (obj.ReferenceEquals(owner x, x)) then
                    ()
                elif constant.Contains x then
                    let array = Array.zeroCreate (Shape.size x.Shape)
                    buffers[x] <- Buffer array
                    run engine primitive [| for operand in operands -> view operand |] (Buffer array)
                else
                    let array = pool.Rent(Shape.size x.Shape)
                    buffers[x] <- Buffer array
                    let read = [| for operand in operands -> view operand |]
                    let written = view x
                    steps.Add(fun engine -> run engine primitive read written)

                List.iter release operands

        let copy (source: Buffer) (target: float32[]) =
            steps.Add(fun _ -> Array.blit source.Array 0 target 0 source.Count)

        let computed =
            [| for output in outputs -> Array.zeroCreate (Shape.size output.Shape) |]

        Seq.iter2 (fun output array -> copy (view output) array) outputs computed

        // all updates are taken at once: one that is another input's old value is set aside before any is written
        let source (update: Tensor) =
            match (owner update).Node with
            | Input _ ->
                let aside = Array.zeroCreate (Shape.size update.Shape)
                copy (view update) aside
                Buffer aside
            | _ -> view update

        for (name, update), source in
            updates |> List.map (fun (name, update) -> (name, update), source update) do
            match state.TryGetValue name with
            | true, array when array.Length = Shape.size update.Shape -> copy source array
            | _ -> raise (HybridException $"The update of \"{name}\" fits no state of that name.")

        Plan(inputs, computed, steps.ToArray(), engine)

    /// <summary>Compiles a graph; see compileWith.</summary>
    let compile engine state outputs updates : Plan =
        compileWith defaults engine state outputs updates
