namespace Hybrid.Certification

open System
open System.Collections.Concurrent
open System.Runtime.ExceptionServices
open System.Threading
open System.Threading.Tasks
open Hybrid.Core
open Hybrid.Data
open Hybrid.Verification

/// What a proof is for, and how long.
[<NoComparison; NoEquality>]
type CertifyOptions =
    {
        Arithmetic: Arithmetic
        /// The maximum number of boxes for a row that its own box does not decide; 0 for as many as are worth while.
        Boxes: int64
        /// Whether to stop; called now and then.
        Stop: unit -> bool
        /// The number of threads.
        Threads: int
        /// Called with the number of rows that are done, and of all rows.
        Progress: int -> int -> unit
    }

module CertifyOptions =
    /// Float32, one thread, no limit of time, no progress.
    let defaults: CertifyOptions =
        {
            Arithmetic = Arithmetic.Float32
            Boxes = 0L
            Stop = fun () -> false
            Threads = 1
            Progress = fun _ _ -> ()
        }

    /// Halving a box in which many inputs vary is hardly worth while.
    let private mostHalved = 50

    /// The most boxes, of usually so many.
    let internal boxes (usual: int64) (varying: int) (options: CertifyOptions) : int64 =
        if options.Boxes > 0L then options.Boxes
        elif varying > mostHalved then 1L
        else usual

/// A row, or one of the combinations of categories that it may have.
[<NoComparison; NoEquality>]
type internal Item =
    {
        /// The item's number.
        Index: int
        /// The row's number.
        Row: int
        /// What it is about: the index of a class, or 0.
        Label: int
        /// The columns that do not vary, with their values.
        Fixed: struct (int * float32) list
        /// The row's own numbers, with the categories of this item.
        Start: float32[]
    }

/// Items of one case and one label.
[<NoComparison; NoEquality>]
type internal Group =
    {
        Case: Lazy<Case>
        Label: int
        Items: Item[]
    }

    /// Makes the case, unless there is no time left for that.
    member this.Prepare() : unit =
        try
            this.Case.Force() |> ignore
        with :? OperationCanceledException ->
            ()

/// Tools that one thread at a time uses; those of a group are released with its last part.
[<Sealed>]
type private ToolPool<'tool>(create: unit -> 'tool, parts: int) =
    let free = ConcurrentBag<'tool>()
    let mutable left = parts

    member _.With(work: 'tool -> unit) : unit =
        let tool =
            match free.TryTake() with
            | true, tool -> tool
            | false, _ -> create ()

        work tool

        if Interlocked.Decrement &left > 0 then
            free.Add tool
        else
            free.Clear()

module internal Work =
    /// <summary>The items of rows, in groups.</summary>
    /// <param name="answers">The network.</param>
    /// <param name="domain">The inputs of a row.</param>
    /// <param name="rows">Rows with their labels and numbers.</param>
    let groups (answers: Answers) (domain: float32[] -> Domain) (rows: struct (int * int * float32[]) seq) =
        let bits (fixed': struct (int * float32) list) =
            fixed'
            |> List.map (fun (struct (j, value)) -> j, BitConverter.SingleToInt32Bits value)

        let items =
            [|
                for struct (row, label, numbers) in rows do
                    for fixed' in Domain.cases (domain numbers) do
                        let start = Array.copy numbers

                        for struct (j, value) in fixed' do
                            start[j] <- value

                        {
                            Index = 0
                            Row = row
                            Label = label
                            Fixed = fixed'
                            Start = start
                        }
            |]
            |> Array.mapi (fun index item -> { item with Index = index })

        // classes share cases
        let cases =
            items
            |> Array.distinctBy (fun item -> bits item.Fixed)
            |> Array.map (fun item ->
                let create () =
                    Box.create (domain item.Start) item.Fixed
                    |> Case.create answers item.Start.Length item.Fixed

                bits item.Fixed, Lazy<Case>(create))
            |> readOnlyDict

        items
        |> Array.groupBy (fun item -> bits item.Fixed, item.Label)
        |> Array.map (fun ((fixed', label), items) ->
            {
                Case = cases[fixed']
                Label = label
                Items = items
            })

    /// The number of items of some groups.
    let count (groups: Group[]) : int = groups |> Array.sumBy _.Items.Length

    /// What was found of each item, by row; rows of which an item was not reached are left out.
    let byRow (groups: Group[]) (found: 'found option[]) : Map<int, 'found[]> =
        groups
        |> Array.collect _.Items
        |> Array.groupBy _.Row
        |> Array.choose (fun (row, items) ->
            let all = items |> Array.map (fun item -> found[item.Index])

            if Array.forall Option.isSome all then
                Some(row, Array.map Option.get all)
            else
                None)
        |> Map.ofArray

    /// Does numbered pieces of work in their order, on several threads, until it has to stop.
    let each (options: CertifyOptions) (count: int) (work: int -> unit) : unit =
        let next = ref -1

        let worker () =
            let mutable piece = Interlocked.Increment next

            while piece < count && not (options.Stop()) do
                // what was not ready in time is not reached
                try
                    work piece
                with :? OperationCanceledException ->
                    ()

                piece <- Interlocked.Increment next

        try
            if options.Threads <= 1 then
                worker ()
            else
                Parallel.Invoke(Array.create options.Threads (Action worker))
        with :? AggregateException as error ->
            ExceptionDispatchInfo.Throw error.InnerException

    /// <summary>Works on parts of groups on several threads, in their order.</summary>
    /// <param name="options">Threads, and when to stop.</param>
    /// <param name="size">The number of items of a part.</param>
    /// <param name="tool">For the parts of a group, one at a time.</param>
    /// <param name="work">Called with a part.</param>
    /// <param name="groups">The groups.</param>
    let run
        (options: CertifyOptions)
        (size: int)
        (tool: Group -> 'tool)
        (work: 'tool -> Item[] -> unit)
        (groups: Group[])
        : unit =
        let parts =
            [|
                for group in groups do
                    let chunks = Array.chunkBySize size group.Items
                    let pool = ToolPool((fun () -> tool group), chunks.Length)

                    for chunk in chunks do
                        struct (pool, chunk)
            |]

        each options parts.Length (fun part ->
            let struct (pool, chunk) = parts[part]
            pool.With(fun tool -> work tool chunk))

    /// Counts rows that are done, and tells.
    let counter (options: CertifyOptions) (all: int) : int -> unit =
        let finished = ref 0
        fun more -> options.Progress (Interlocked.Add(finished, more)) all
