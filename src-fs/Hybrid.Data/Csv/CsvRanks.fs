namespace Hybrid.Data

open System
open System.IO
open System.Security.Cryptography
open System.Text
open Hybrid
open Hybrid.Core

/// <summary>Reading a table to train on by several ranks: each parses its part of the rows, what columns hold is decided by what all have
/// counted, and then the parsed numbers go from each to all. The table is, to the bit, that of one process.</summary>
/// <remarks>A text is cut at line ends, which are those of rows as long as no quoted field has one. Where one has, and wherever a part
/// cannot be read by itself, every rank reads the whole as one process does, with its messages, and a note says why.</remarks>
module internal CsvRanks =
    [<Literal>]
    let private NotAlone = "a part of it cannot be read by itself"

    /// The bytes of a file down to its first row, and the number of these lines; why it cannot be cut.
    let private head (options: CsvOptions) (path: string) (form: CsvForm) : Result<byte[], string> =
        match FileParts.obstacle path with
        | Some reason -> Error reason
        | None ->
            CsvRows.read (TableInput.File path) form options.Missing (fun rows ->
                CsvRows.readFirst rows
                rows.Line)
            |> FileParts.head path
            |> Option.map Ok
            |> Option.defaultValue (Error "its first row is far from the beginning")

    let private withoutMark (head: byte[]) : byte[] =
        if head.AsSpan().StartsWith(ReadOnlySpan [| 0xEFuy; 0xBBuy; 0xBFuy |]) then
            Array.skip 3 head
        else
            head

    let private ofFile
        (ranks: ICommunicator)
        (options: CsvOptions)
        (path: string)
        : Result<TablePart, string> =
        let form = CsvSeparator.detect (TableInput.File path)
        let own = head options path form
        let bytes = Result.defaultValue Array.empty own

        Array.concat
            [
                BitConverter.GetBytes(FileParts.length path)
                SHA256.HashData bytes
                Encoding.UTF8.GetBytes(
                    match own with
                    | Ok _ -> ""
                    | Error reason -> reason
                )
            ]
        |> Gather.requireSame ranks

        own
        |> Result.map (fun head ->
            let start = FileParts.start path head.LongLength ranks.Rank ranks.Size

            let starts =
                Array.append (Gather.all ranks _.Write(start) _.ReadInt64()) [| FileParts.length path |]

            let stop = starts[ranks.Rank + 1]
            let lines = head |> Seq.filter ((=) '\n'B) |> Seq.length
            TablePart(lines, form.Separator, fun () -> FileParts.text path (withoutMark head) start stop))

    let private ofRows (ranks: ICommunicator) (source: RowSource) : Result<TablePart, string> =
        let own =
            try
                match RowParts.part source ranks.Rank ranks.Size with
                | Some part -> Ok part
                | None -> Error "rows of this kind are read one after the other"
            with error when not (error :? OutOfMemoryException) ->
                // reading the whole says what is wrong
                Error NotAlone

        let reason =
            match own with
            | Ok _ -> None
            | Error reason -> Some reason

        match Gather.problem ranks reason with
        | Some reason -> Error reason
        | None -> own

    /// What this rank finds in its part, and what is wrong with it.
    let private scan (keep: bool) (options: CsvOptions) (input: TableInput) (part: TablePart) =
        let mutable found: CsvScan option = None

        let problem =
            try
                let scan = CsvScan.read keep options (TableInput.Part(input, part))
                found <- Some scan

                if not part.AreWhole then
                    Some "quoted text may have line ends, so that it cannot be told where rows begin"
                elif scan.Remarks > 0 then
                    Some "there are remarks below its rows"
                else
                    None
            with :? TableException ->
                Some NotAlone

        struct (problem, found)

    let private parse
        (streaming: StreamOptions option)
        (options: CsvOptions)
        (part: TableInput)
        (isFirst: bool)
        (decision: CsvDecision)
        (scan: CsvScan)
        (forget: unit -> unit)
        : ParsedRows =
        let width = decision.Fields.Length
        let size = Streaming.rowsAtATime width

        let parsed =
            ParsedRows(streaming |> Option.map (fun _ -> RowFile.Create(scan.Source, width, 1)))

        match CsvTraining.known decision scan isFirst with
        | Some raw ->
            for start in 0..size .. raw.Batch.Rows.Examples - 1 do
                parsed.Add(RawRows.part start (min size (raw.Batch.Rows.Examples - start)) raw)
        | None ->
            forget ()
            CsvTraining.readAgain options part decision scan.Form isFirst size parsed.Add

        parsed.Complete()
        parsed

    /// The table from its parts; why it cannot be read so.
    let private ofParts
        (ranks: ICommunicator)
        (streaming: StreamOptions option)
        (options: CsvOptions)
        (input: TableInput)
        (part: TablePart)
        : Result<Table, string> =
        let struct (problem, scanned) = scan streaming.IsNone options input part
        let values = scanned |> Option.map _.Values |> Option.toObj
        use _ = values

        // they go before the others come
        let forget () =
            if not (isNull values) then
                values.Clear()

        let all = Gather.all ranks (ScannedPart.write problem part scanned) ScannedPart.read

        match all |> Array.tryFind (fun one -> one.Problem <> "") with
        | Some one -> Error one.Problem
        | None ->
            Encoding.UTF8.GetBytes all[ranks.Rank].First |> Gather.requireSame ranks
            let scan = ScannedPart.merged options scanned.Value all
            let decision = CsvDecision.ofScan options scan
            let isFirst = ranks.Rank = 0
            let mutable parsed = ParsedRows None

            let problem =
                try
                    parsed <-
                        parse streaming options (TableInput.Part(input, part)) isFirst decision scan forget

                    None
                with :? TableException ->
                    Some NotAlone

            match Gather.problem ranks problem with
            | Some problem -> Error problem
            | None ->
                let width = decision.Fields.Length
                let above = ScannedPart.linesAbove all
                let parsed = parsed

                let tallies =
                    Gather.all ranks (PartTally.write parsed.Tally) (fun reader ->
                        let bytes = reader.ReadBytes(int reader.BaseStream.Length)

                        fun tally lines ->
                            PartTally.add tally lines (new BinaryReader(new MemoryStream(bytes))))

                let tally =
                    Array.zip tallies (Array.truncate all.Length above)
                    |> Array.fold (fun tally (add, lines) -> add tally lines) RowTally.none

                // the rows of earlier parts, with those that are left out
                let rowsBefore rank =
                    if rank = 0 then
                        0
                    else
                        (all |> Seq.take rank |> Seq.sumBy _.Rows)
                        + (if decision.HasHeader then 0 else 1)

                let exchange (action: RawBatch -> unit) =
                    let counts = Gather.all ranks _.Write(parsed.Batches) _.ReadInt32()

                    for rank in 0 .. ranks.Size - 1 do
                        for index in 0 .. counts[rank] - 1 do
                            Gather.one
                                ranks
                                rank
                                (fun writer -> RawRows.write writer (parsed.Take(index, width)))
                                (RawRows.read (rowsBefore rank))
                            |> action

                let rows =
                    match streaming with
                    | None ->
                        let examples = Gather.all ranks _.Write(parsed.Examples) _.ReadInt32() |> Array.sum

                        RawRows.together scan.Source examples width exchange
                        |> CsvTraining.told decision
                    | Some streaming ->
                        let struct (rows, _, _) =
                            Streaming.collect
                                streaming
                                scan.Source
                                decision.Schema
                                (CsvTraining.failSplit scan.Source)
                                (fun add -> exchange (add (Option.map fst decision.Split)))

                        rows

                { rows with
                    Notes = rows.Notes @ CsvBatches.notes decision.Schema.Targets tally
                }
                |> CsvTraining.table decision
                |> Ok

    /// <summary>Reads a table whose target and columns the options name.</summary>
    /// <param name="ranks">All of them, which call this.</param>
    /// <param name="streaming">If the rows are to be kept in a file instead of in memory.</param>
    /// <param name="options">As for CsvTraining.read.</param>
    /// <param name="input">The table, the same on all ranks.</param>
    /// <exception cref="T:Hybrid.TableException">As for CsvTraining.read.</exception>
    /// <exception cref="T:Hybrid.HybridException">This rank has other data than rank 0.</exception>
    let read
        (ranks: ICommunicator)
        (streaming: StreamOptions option)
        (options: CsvOptions)
        (input: TableInput)
        : Table =
        let whole () =
            match streaming with
            | Some streaming -> CsvTraining.stream streaming options input
            | None -> CsvTraining.read options input

        if ranks.Size = 1 then
            whole ()
        else
            let options = CsvTraining.headed input options

            match
                TableInput.unchanged input (fun () ->
                    (match input with
                     | TableInput.File path -> ofFile ranks options path
                     | TableInput.Rows(source, _) -> ofRows ranks source
                     | TableInput.Part _ -> Error "it is a part")
                    |> Result.bind (ofParts ranks streaming options input))
            with
            | Ok table -> table
            | Error reason ->
                let table = whole ()

                { table with
                    Notes = table.Notes @ [ Gather.note reason ]
                }
