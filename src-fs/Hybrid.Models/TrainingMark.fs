namespace Hybrid.Models

open System
open System.Globalization
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open Hybrid
open Hybrid.Core
open Hybrid.Data

/// What distinguishes a training from others: a state of one is not continued with the data, options or network of another.
[<RequireQualifiedAccess>]
type internal TrainingMark =
    {
        /// SHA-256 of all numbers and names that are learned from or measured.
        Data: string
        /// Each option with its value, unless that is the usual one.
        Options: (string * string) list
        /// SHA-256 of the network's layers and initial parameters.
        Network: string
    }

module internal TrainingMark =
    let private hash (fill: IncrementalHash -> unit) : string =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256
        fill hash
        Convert.ToHexStringLower(hash.GetHashAndReset())

    let private addNumbers (hash: IncrementalHash) (numbers: 'number[]) : unit =
        hash.AppendData(BitConverter.GetBytes numbers.LongLength)

        // less than 2 GiB at a time
        let most = 1 <<< 24

        for start in 0..most .. numbers.Length - 1 do
            let part = ReadOnlySpan<'number>(numbers, start, min most (numbers.Length - start))

            hash.AppendData(MemoryMarshal.AsBytes part)

    /// The same of a tensor in double precision.
    let private addTensor (hash: IncrementalHash) (value: Tensor) : unit =
        match value.Node with
        | Constant(Single numbers) ->
            hash.AppendData(BitConverter.GetBytes numbers.LongLength)

            // large weights are not converted as a whole
            let part: float[] = Array.zeroCreate (min (1 <<< 16) numbers.Length)

            for start in 0 .. 1 <<< 16 .. numbers.Length - 1 do
                let count = min part.Length (numbers.Length - start)

                for i in 0 .. count - 1 do
                    part[i] <- float numbers[start + i]

                hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan(part, 0, count)))
        | _ -> addNumbers hash (Reference.value value)

    let private addText (hash: IncrementalHash) (text: string) : unit =
        addNumbers hash (Encoding.UTF8.GetBytes text)

    let private addTable (hash: IncrementalHash) (table: Table) : unit =
        for column in Array.append table.Columns table.Targets do
            addText hash column.Name

        match table.Target with
        | Classes(names, _) -> Array.iter (addText hash) names
        | Quantity _
        | Labels _ -> ()

        match table.Stored with
        | None -> addNumbers hash table.Features
        | Some stored ->
            // with other buffers rows are learned from in another order, unless all are shuffled together
            if stored.AreApart then
                hash.AppendData(BitConverter.GetBytes(int64 table.Examples * int64 table.Columns.Length))
            else
                addNumbers hash [| stored.Buffer |]

            Table.eachRow table (Array.init table.Examples id) (fun _ features start ->
                hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan(features, start, table.Columns.Length))))

        addNumbers hash (Target.numbers table.Target)
        table.Weights |> Option.iter (addNumbers hash)
        table.SplitBy |> Option.iter (fun split -> addNumbers hash split.Values)

    let private ofData (prepared: Prepared) : string =
        hash (fun hash ->
            for table in [ Some prepared.Table; prepared.OwnValidation; prepared.OwnTest ] do
                addNumbers hash [| table.IsSome |]
                table |> Option.iter (addTable hash))

    let private ofNetwork (network: Network) : string =
        hash (fun hash ->
            for layer in network.Layers do
                addText hash layer.Kind

            for name, value in Network.parameters network do
                addText hash name
                addNumbers hash (Array.ofList value.Shape)
                addTensor hash value)

    /// What model files do not say of their training.
    let private further (options: Options) : (string * string) list =
        [
            "network", options.Layers
            "embed",
            (if options.Embed.IsEmpty then
                 None
             else
                 Some(String.concat "," options.Embed))
            "interval", options.Interval |> Option.map _.ToString("R", CultureInfo.InvariantCulture)
            "temperature", (if options.Temperature then Some "yes" else None)
            "label-thresholds", (if options.LabelThresholds then Some "yes" else None)
        ]
        |> List.choose (fun (name, value) -> value |> Option.map (fun value -> name, value))

    /// The mark of a training.
    let ofPrepared (prepared: Prepared) : TrainingMark =
        {
            Data = ofData prepared
            Options =
                (TrainingRecord.toTexts prepared.Record
                 // those of the data
                 |> List.filter (fun (name, _) -> name <> "targets" && name <> "examples"))
                @ further prepared.Options
            Network = ofNetwork prepared.Start
        }

    /// <summary>Refuses the training of a rank that is not that of rank 0.</summary>
    /// <exception cref="T:Hybrid.HybridException">On a rank that has other data, options or layers; the message says which.</exception>
    let agree (communicator: ICommunicator) (mark: TrainingMark) : unit =
        let options =
            hash (fun hash ->
                for name, value in mark.Options do
                    addText hash name
                    addText hash value)

        let own =
            [
                "data", mark.Data
                "options", options
                "layers or initial weights", mark.Network
            ]

        let those = own |> List.map (snd >> Encoding.ASCII.GetBytes) |> Array.concat
        let first = Array.copy those
        Communicator.broadcast communicator first

        List.zip own (List.ofArray (Array.splitInto own.Length first))
        |> List.tryFind (fun ((_, own), first) -> Encoding.ASCII.GetString first <> own)
        |> Option.iter (fun ((name, _), _) ->
            raise (
                HybridException(
                    $"Rank {communicator.Rank} has other {name} than rank 0.",
                    [ Remedy.Do "give all ranks the same" ],
                    null
                )
            ))

    /// What differs between a state's training and the present one, in words; none if nothing does.
    let difference (before: TrainingMark) (now: TrainingMark) : string option =
        let shown value =
            match value with
            | Some text -> Printable.line text
            | None -> "none"

        let options =
            before.Options @ now.Options
            |> List.map fst
            |> List.distinct
            |> List.choose (fun name ->
                let find (mark: TrainingMark) =
                    mark.Options |> List.tryFind (fst >> (=) name) |> Option.map snd

                if find before = find now then
                    None
                else
                    Some $"{name} was {shown (find before)} and is {shown (find now)}")

        if not options.IsEmpty then
            Some $"""other options: {String.concat ", " options}"""
        elif before.Data <> now.Data then
            Some "other data"
        elif before.Network <> now.Network then
            Some "other layers or initial weights"
        else
            None
