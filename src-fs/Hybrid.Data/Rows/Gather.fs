namespace Hybrid.Data

open System.IO
open Hybrid
open Hybrid.Core

/// What ranks tell each other while they read their parts of some data.
module internal Gather =
    let private bytesOf (write: BinaryWriter -> unit) : byte[] =
        use stream = new MemoryStream()
        use writer = new BinaryWriter(stream)
        write writer
        writer.Flush()
        stream.ToArray()

    let private valueOf (read: BinaryReader -> 'value) (bytes: byte[]) : 'value =
        use reader = new BinaryReader(new MemoryStream(bytes))
        read reader

    /// <summary>What one rank says, for all.</summary>
    /// <param name="ranks">All of them, which call this.</param>
    /// <param name="owner">The one.</param>
    /// <param name="write">Called on it.</param>
    /// <param name="read">Called on all.</param>
    let one (ranks: ICommunicator) (owner: int) (write: BinaryWriter -> unit) (read: BinaryReader -> 'value) =
        let own = if ranks.Rank = owner then bytesOf write else Array.empty
        Communicator.share ranks owner own |> valueOf read

    /// What each rank says, for all, in their order.
    let all (ranks: ICommunicator) (write: BinaryWriter -> unit) (read: BinaryReader -> 'value) : 'value[] =
        Array.init ranks.Size (fun owner -> one ranks owner write read)

    /// The first problem that a rank has, for all.
    let problem (ranks: ICommunicator) (own: string option) : string option =
        all ranks (fun writer -> writer.Write(Option.defaultValue "" own)) _.ReadString()
        |> Array.tryFind ((<>) "")

    /// <summary>Refuses what is not that of rank 0.</summary>
    /// <exception cref="T:Hybrid.HybridException">This rank has other data.</exception>
    let requireSame (ranks: ICommunicator) (own: byte[]) : unit =
        let first = Communicator.share ranks 0 own

        if own <> first then
            raise (
                HybridException(
                    $"Rank {ranks.Rank} has other data than rank 0.",
                    [ Remedy.Do "give all ranks the same" ],
                    null
                )
            )

    /// What is said about data that all ranks read whole.
    let note (reason: string) : Note =
        {
            Columns = []
            Says = $"every rank reads all of the data, not a part: {reason}"
            Remedies = []
        }
