namespace Hybrid

open System

/// <summary>What connects one of several processes, ranks, that compute one training together. Messages between two ranks arrive in the
/// order in which they were sent, and each call returns when its span may be used again.</summary>
/// <remarks>As MPI has it; the package Hybrid.Mpi is one. All ranks make the same calls of Broadcast, in the same order. A call that cannot
/// be completed raises an exception, of whatever type, which the training passes on.</remarks>
type ICommunicator =
    /// The number of this rank, from 0.
    abstract Rank: int
    /// The number of ranks, at least 1.
    abstract Size: int
    /// Sends numbers to another rank.
    abstract Send: target: int * values: ReadOnlySpan<byte> -> unit
    /// Receives as many numbers as there is room for, all those that another rank has sent at once.
    abstract Receive: source: int * values: Span<byte> -> unit
    /// The values of rank 0, for all.
    abstract Broadcast: values: Span<byte> -> unit

namespace Hybrid.Core

open System
open System.Runtime.InteropServices
open Hybrid

/// Who computes a training.
module Communicator =
    /// A process that works alone.
    let alone: ICommunicator =
        { new ICommunicator with
            member _.Rank = 0
            member _.Size = 1
            member _.Send(_, _) = invalidOp "There is no other rank."
            member _.Receive(_, _) = invalidOp "There is no other rank."
            member _.Broadcast _ = ()
        }

    /// The numbers of rank 0, for all.
    let internal broadcast (communicator: ICommunicator) (values: 'number[]) : unit =
        communicator.Broadcast(MemoryMarshal.AsBytes(Span<'number> values))

    /// The bytes of one rank, for all.
    let internal share (communicator: ICommunicator) (owner: int) (bytes: byte[]) : byte[] =
        let length = [| bytes.LongLength |]
        let mutable values = bytes

        if owner <> 0 && communicator.Rank = owner then
            communicator.Send(0, MemoryMarshal.AsBytes(ReadOnlySpan length))
            communicator.Send(0, ReadOnlySpan bytes)
        elif owner <> 0 && communicator.Rank = 0 then
            communicator.Receive(owner, MemoryMarshal.AsBytes(Span length))
            values <- Array.zeroCreate (int length[0])
            communicator.Receive(owner, Span values)

        broadcast communicator length

        if communicator.Rank <> 0 && communicator.Rank <> owner then
            values <- Array.zeroCreate (int length[0])

        broadcast communicator values
        values

    /// What rank 0 says, for all.
    let internal agree (communicator: ICommunicator) (value: bool) : bool =
        let said = [| Convert.ToByte value |]
        broadcast communicator said
        said[0] <> 0uy
