/// Ranks as threads of this process, which work together by messages in memory.
module Hybrid.Testing.Ranks

open System
open System.Collections.Concurrent
open System.Runtime.ExceptionServices
open System.Threading
open Hybrid

/// A message queue from each rank to each other one.
[<Sealed>]
type private Mail(size: int) =
    let boxes =
        Array2D.init size size (fun _ _ -> new BlockingCollection<byte[]>(ConcurrentQueue()))

    let ended = new CancellationTokenSource()

    member _.Size = size

    /// Those that wait for a message wait no longer.
    member _.End() = ended.Cancel()

    member _.Put(source: int, target: int, message: byte[]) = boxes[source, target].Add message

    member _.Take(source: int, target: int) : byte[] = boxes[source, target].Take(ended.Token)

let private communicator (mail: Mail) (rank: int) : ICommunicator =
    { new ICommunicator with
        member _.Rank = rank
        member _.Size = mail.Size

        member _.Send(target, values) =
            mail.Put(rank, target, values.ToArray())

        member _.Receive(source, values) =
            let message = mail.Take(source, rank)

            if message.Length <> values.Length then
                invalidOp $"{message.Length} bytes came from rank {source}, not {values.Length}."

            message.CopyTo values

        member _.Broadcast values =
            if rank = 0 then
                for target in 1 .. mail.Size - 1 do
                    mail.Put(0, target, values.ToArray())
            else
                (mail.Take(0, rank)).CopyTo values
    }

/// <summary>What each rank's work returns, in their order.</summary>
/// <param name="size">The number of ranks.</param>
/// <param name="work">Called on a thread for each rank. What the first one of those that fail raises is raised.</param>
let together (size: int) (work: ICommunicator -> 'result) : 'result list =
    let mail = Mail size
    let results: Result<'result, exn> option[] = Array.create size None

    let threads =
        [
            for rank in 0 .. size - 1 ->
                Thread(fun () ->
                    try
                        results[rank] <- Some(Ok(work (communicator mail rank)))
                    with
                    | :? OperationCanceledException -> ()
                    | error ->
                        results[rank] <- Some(Error error)
                        mail.End())
        ]

    threads |> List.iter _.Start()
    threads |> List.iter _.Join()

    for result in results do
        match result with
        | Some(Error error) -> ExceptionDispatchInfo.Capture(error).Throw()
        | _ -> ()

    [
        for result in results do
            match result with
            | Some(Ok value) -> value
            | _ -> invalidOp "A rank waited for a message that never came."
    ]
