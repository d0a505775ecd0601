namespace Hybrid.Core

open System
open System.Collections.Generic
open Execution

/// Assigns a buffer to every value of the calls, and makes the steps of a plan. Fixed values are those that are the same in every
/// run.
[<Sealed>]
type internal Compiler
    (
        poison: bool,
        pool: Pool,
        cancellation: Cancellation,
        kernels: IKernels,
        state: IReadOnlyDictionary<string, float32[]>,
        isFixedState: bool,
        outputs: Tensor[],
        updates: (string * Tensor)[],
        calls: Call list,
        fixedValues: IReadOnlyDictionary<Tensor, float32[]>
    ) =
    let steps = List<PlanStep>()
    let inputs = Dictionary<string, float32[]>()
    let computed = outputs |> Array.map (fun x -> Array.zeroCreate (Shape.size x.Shape))
    let arrays = Dictionary<Tensor, float32[]> HashIdentity.Reference
    let rented = HashSet<Tensor> HashIdentity.Reference
    // the arrays of rented buffers
    let taken = HashSet<float32[]> HashIdentity.Reference

    let reads =
        let reads = Dictionary<int, Source list>()

        for call in calls do
            reads[call.Position] <- Calls.reads call

        reads

    let lastRead =
        let last = Dictionary<Tensor, int> HashIdentity.Reference

        for call in calls do
            for source in reads[call.Position] do
                last[source.Tensor] <- call.Position

        // outputs are read after all calls
        for x in Array.append outputs (Array.map snd updates) do
            last[Calls.owner x] <- Int32.MaxValue

        last

    let isReadAfter (call: Call) x =
        lastRead.GetValueOrDefault(x, -1) > call.Position

    let inputArray name shape =
        match state.TryGetValue name, inputs.TryGetValue name with
        | (true, array), _
        | _, (true, array) ->
            if array.Length <> Shape.size shape then
                raise (
                    ShapeMismatchException(
                        $"input {Printable.quote name}",
                        [ shape; [ array.Length ] ],
                        $"Expected {Shape.size shape} elements, got {array.Length}."
                    )
                )

            array
        | _ -> Array.zeroCreate (Shape.size shape)

    let arrayOf (x: Tensor) : float32[] =
        match arrays.TryGetValue x with
        | true, array -> array
        | false, _ ->
            let array =
                match x.Node, fixedValues.TryGetValue x with
                | _, (true, values) -> values
                | Input name, _ ->
                    inputs[name] <- inputArray name x.Shape
                    inputs[name]
                | _ -> raise (InvalidOperationException $"{x} is read before it is computed.")

            arrays[x] <- array
            array

    /// Whether a value is the same in every run.
    let isFixed (x: Tensor) =
        match x.Node with
        | Input name -> isFixedState && state.ContainsKey name
        | _ -> fixedValues.ContainsKey x

    let buffer (x: Tensor) =
        Buffer(arrayOf (Calls.owner x), 0, Shape.size x.Shape)

    /// The best place for a value from the start: the state that it becomes, if nothing reads the old one any more, or the output
    /// that it is.
    let homes =
        let homes = Dictionary<Tensor, float32[]> HashIdentity.Reference
        let homeCall = Dictionary<Tensor, Call> HashIdentity.Reference

        for call in calls do
            if call.IsChain then
                for x in call.Nodes do
                    homeCall[x] <- call

        /// Whether a call reads an input only element by element, before it writes the same element.
        let readsAlong (call: Call) name =
            reads[call.Position]
            |> List.forall (fun source ->
                match source.Tensor.Node with
                | Input other when other = name ->
                    source.Repeat = 1
                    && Shape.size source.Tensor.Shape = call.Size
                    && not (call.IsProduct && List.contains source.Tensor (Calls.operands call.First))
                | _ -> true)

        let lastReadOf = Dictionary<string, int>()

        for entry in lastRead do
            match entry.Key.Node with
            | Input name -> lastReadOf[name] <- max entry.Value (lastReadOf.GetValueOrDefault(name, -1))
            | _ -> ()

        for name, update in updates do
            let x = Calls.owner update

            match homeCall.TryGetValue x, state.TryGetValue name with
            | (true, call), (true, array) when
                not (homes.ContainsKey x)
                && array.Length = Shape.size x.Shape
                && lastReadOf.GetValueOrDefault(name, -1) <= call.Position
                && readsAlong call name
                ->
                homes[x] <- array
            | _ -> ()

        outputs
        |> Array.iteri (fun i output ->
            let x = Calls.owner output

            match x.Node with
            | Apply _ when not (homes.ContainsKey x) && not (fixedValues.ContainsKey x) ->
                homes[x] <- computed[i]
            | _ -> ())

        homes

    let place (x: Tensor) : unit =
        arrays[x] <-
            match homes.TryGetValue x with
            | true, array -> array
            | false, _ ->
                let array = pool.Rent(Shape.size x.Shape)
                rented.Add x |> ignore
                taken.Add array |> ignore
                array

    /// Returns the buffers of values that nothing reads any more.
    let release (xs: Tensor seq) : float32[] list =
        [
            for x in xs do
                if rented.Remove x then
                    pool.Return arrays[x]
                    taken.Remove arrays[x] |> ignore
                    arrays[x]
        ]

    let chain (call: Call) (read: Source[]) (kept: Tensor[]) : Chain =
        let numbers = Dictionary<Source, int>()
        let number x = numbers[Calls.source x]

        for source in read do
            numbers[source] <- numbers.Count

        for x in call.Nodes do
            numbers[{ Tensor = x; Repeat = 1 }] <- numbers.Count

        let instruction (x: Tensor) =
            match x.Node with
            | Apply({ Kernel = Kernel.Map operation }, [ x ]) -> Instruction.Map(operation, number x)
            | Apply({ Kernel = Kernel.Zip operation }, [ a; b ]) ->
                Instruction.Zip(operation, number a, number b)
            | Apply({ Kernel = Kernel.Select }, [ condition; a; b ]) ->
                Instruction.Select(number condition, number a, number b)
            | _ -> raise (InvalidOperationException $"{x} is not element-wise.")

        {
            Instructions = Array.map instruction call.Nodes
            Results = kept |> Array.map (fun x -> numbers[{ Tensor = x; Repeat = 1 }])
        }

    let operand (source: Source) : ChainOperand =
        {
            Values = buffer source.Tensor
            Repeat = source.Repeat
        }

    /// Buffers for the results, and the step; buffers of operands that the chain reads element by element may be freed before the
    /// results are placed.
    let addChain (call: Call) : float32[] list =
        let factors = if call.IsProduct then Calls.operands call.First else []

        let seen = HashSet<Source>()

        let read =
            [|
                for source in List.skip factors.Length reads[call.Position] do
                    if seen.Add source then
                        source
            |]

        if call.IsProduct then
            place call.First

        // before buffers are freed: maxima are stored while other elements are still computed
        ValueOption.iter place call.Pool

        let product =
            [|
                if call.IsProduct then
                    { Tensor = call.First; Repeat = 1 }
            |]

        let operands = Array.append product read
        let prepared = Array.map operand operands
        let factorBuffers = factors |> Array.ofList |> Array.map buffer
        let dies x = not (isReadAfter call x)

        let isReadAlong (x: Tensor) =
            not (List.contains x factors)
            && operands
               |> Array.forall (fun source ->
                   not (obj.ReferenceEquals(source.Tensor, x))
                   || (source.Repeat = 1 && Shape.size x.Shape = call.Size))

        let early =
            release
                [
                    for source in operands do
                        if dies source.Tensor && isReadAlong source.Tensor then
                            source.Tensor
                ]

        let pooled =
            match call.Pool with
            | ValueSome pool -> Calls.operands pool
            | ValueNone -> []

        let isKept x =
            isReadAfter call x || List.contains x pooled

        let kept = call.Nodes |> Array.filter isKept
        Array.iter place kept
        let chain = chain call operands kept
        let results = Array.map buffer kept

        let pooling: MaximaOf[] =
            [|
                match call.Pool with
                | ValueSome({
                                Node = Apply({ Kernel = Kernel.MaxPool windows }, [ elements ])
                            } as maxima) ->
                    {
                        Windows = windows
                        Elements = buffer elements
                        Maxima = buffer maxima
                        IsAlone =
                            Array.append [| call.First |] kept
                            |> Array.forall (fun x -> not (isReadAfter call x))
                    }
                | _ -> ()
            |]

        let run =
            match call.First.Node, factorBuffers with
            | Apply({
                        Kernel = Kernel.MatMul(transposeA, transposeB, m, k, n)
                    },
                    _),
              [| a; b |] ->
                kernels.PrepareMatMul(
                    transposeA,
                    transposeB,
                    m,
                    k,
                    n,
                    a,
                    b,
                    isFixed factors[1],
                    chain,
                    prepared,
                    results
                )
            | Apply({
                        Kernel = Kernel.IntegerProduct product
                    },
                    _),
              [| x; weights |] -> kernels.PrepareIntegerProduct(product, x, weights, chain, prepared, results)
            | Apply({ Kernel = Kernel.PatchProduct product }, _), [| a; b |] ->
                kernels.PreparePatches(product, a, b, isFixed factors[1], chain, prepared, results, pooling)
            | Apply({ Kernel = Kernel.MaxPoolGradient pool }, _), [| cotangent; x |] ->
                kernels.PrepareMaxPoolGradient(pool, cotangent, x, chain, prepared, results)
            | _ -> kernels.Prepare(chain, prepared, results)

        steps.Add(PlanStep.ofCall call (List.ofArray kept @ ValueOption.toList call.Pool) run)

        let late =
            factors @ [ for source in operands -> source.Tensor ] @ pooled
            |> List.filter dies
            |> release

        early @ late

    let addKernel (call: Call) : float32[] list =
        let read = Calls.operands call.First
        let operands = Graph.operands call.First |> Array.ofList |> Array.map buffer
        let results = call.First :: List.ofSeq call.Nodes
        List.iter place results

        match call.First.Node with
        | Apply(_, _) when call.Nodes.Length > 0 ->
            let softmax, logSum =
                if Calls.isSoftmax call.First then
                    call.First, call.Nodes[0]
                else
                    call.Nodes[0], call.First

            let y, logarithms = buffer softmax, buffer logSum

            match softmax.Node with
            | Apply({
                        Kernel = Kernel.Softmax(outer, length, inner)
                    },
                    _) ->
                let run () =
                    kernels.Softmax(outer, length, inner, readSpan operands[0], span y, span logarithms)

                steps.Add(PlanStep.ofCall call results (Action run))
            | _ -> ()
        | Apply(primitive, _) ->
            let y = buffer call.First
            steps.Add(PlanStep.ofCall call results (Action(fun () -> run kernels primitive operands y)))
        | Constant _
        | Input _ -> ()

        results @ read |> List.filter (fun x -> not (isReadAfter call x)) |> release

    let copy (x: Tensor) (source: Buffer) (target: float32[]) =
        steps.Add(PlanStep.ofCopy x (Action(fun () -> Array.blit source.Array 0 target 0 source.Count)))

    /// The arrays of the inputs by name and of the outputs, and the steps that compute these.
    member _.Compile() : struct (Dictionary<string, float32[]> * float32[][] * PlanStep[]) =
        for call in calls do
            cancellation.Check()
            let free = if call.IsChain then addChain call else addKernel call
            // a buffer that holds a result of this call is not free
            let empty = free |> List.filter (taken.Contains >> not)

            if poison && not empty.IsEmpty then
                let run () =
                    for array in empty do
                        Array.Fill(array, nanf)

                steps.Add(PlanStep.ofCall call [] (Action run))

        outputs
        |> Array.iteri (fun i output ->
            let source = buffer output

            if not (obj.ReferenceEquals(source.Array, computed[i])) then
                copy output source computed[i])

        // all updates happen at once: one that is another input's old value is saved before any is written
        let source (update: Tensor) =
            match (Calls.owner update).Node with
            | Input _ ->
                let aside = Array.zeroCreate (Shape.size update.Shape)
                copy update (buffer update) aside
                Buffer aside
            | _ -> buffer update

        for name, update, source in updates |> Array.map (fun (name, update) -> name, update, source update) do
            match state.TryGetValue name with
            | true, array when array.Length = source.Count ->
                if not (obj.ReferenceEquals(array, source.Array)) then
                    copy update source array
            | _ ->
                raise (
                    HybridException $"There is no state {Printable.quote name} with the size of its update."
                )

        // between runs nothing is left in buffers
        for array in taken do
            pool.Return array

        struct (inputs, computed, steps.ToArray())
