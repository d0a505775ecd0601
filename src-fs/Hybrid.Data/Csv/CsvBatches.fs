namespace Hybrid.Data

open System
open Hybrid.Core

/// Whether a row fits a model.
type internal RowFit =
    | Whole = 0
    /// With a missing value in place of one that does not fit.
    | Mended = 1
    | No = 2

/// The rows of a table in batches, once it is decided where its values stand and what they hold.
module internal CsvBatches =
    /// Reads a row's values into the array.
    let private fill
        (onError: RowErrors)
        (missing: 'number)
        (features: (unit -> 'number)[])
        (values: 'number[])
        : RowFit =
        let mutable fit = RowFit.Whole
        let mutable i = 0

        while i < values.Length && fit <> RowFit.No do
            try
                values[i] <- features[i]()
            with :? TableException when onError <> RowErrors.Fail ->
                values[i] <- missing

                fit <-
                    if onError = RowErrors.Skip then
                        RowFit.No
                    else
                        RowFit.Mended

            i <- i + 1

        fit

    /// What is said about rows.
    let notes (targets: Column[]) (tally: RowTally) : Note list =
        let note says =
            {
                Columns = []
                Says = says
                Remedies = []
            }

        [
            match tally.Remarks with
            | 0 -> ()
            | 1 ->
                note
                    $"line {tally.RemarkLine} has one field only and is left out, as a remark below the table"
            | count ->
                note
                    $"the last {count} lines, from line {tally.RemarkLine} on, have one field each and are left out, as remarks below the table"
            match tally.ShortRows with
            | 0 -> ()
            | 1 ->
                note
                    $"line {tally.ShortLine} has fewer fields than the table has columns; those that it lacks count as missing"
            | count ->
                note
                    $"{count} rows have fewer fields than the table has columns (first in line {tally.ShortLine}); those that they lack count as missing"
            // none was counted where numbers were known already
            let missing =
                if tally.Missing.Length = 0 then
                    Array.zeroCreate targets.Length
                else
                    tally.Missing

            yield! Target.notes tally.Left targets missing
            yield! Weights.notes tally.Weightless

            if tally.LatinLine > 0 then
                note
                    $"the text is not UTF-8 (first in line {tally.LatinLine}) and is read as Latin-1 (Windows-1252)"
        ]

    /// The next row; those with too many fields, with one only, or too few where nothing may count as missing, are passed over and
    /// counted, unless they are an error.
    let next (rows: CsvRows) (onError: RowErrors) (skipped: int ref) : bool =
        if onError = RowErrors.Fail then
            rows.Read()
        else
            let mutable reading = rows.Advance()

            let isPassed () =
                not rows.Fits || onError = RowErrors.Skip && rows.IsShort

            while reading && isPassed () do
                skipped.Value <- skipped.Value + 1
                reading <- rows.Advance()

            reading

    /// Where a table's values stand, and what is read of them.
    type Wanted =
        {
            /// The field of each of the schema's columns.
            Fields: int[]
            /// The field of each of the schema's targets, if they are read: rows without any are left out.
            Targets: int[]
            /// The column and the field of the weights, if they are read: rows of weight 0 are left out.
            Weight: struct (Column * int) option
            /// The fields whose texts are passed on.
            Kept: int[]
            OnError: RowErrors
            /// How many rows were passed over before the first one.
            Skipped: int
        }

    /// Passes the rows on in batches of at most the given size, from the first row of data on, at which the rows must be.
    let read (rows: CsvRows) (schema: Schema) (wanted: Wanted) (size: int) (action: RawBatch -> unit) : unit =
        let features = Array.map2 (CsvFields.feature rows) schema.Columns wanted.Fields
        let read = Array.truncate wanted.Targets.Length schema.Targets
        let readers = Array.map2 (CsvFields.target rows) read wanted.Targets
        let target = Array.zeroCreate<float> readers.Length
        let missing = Array.zeroCreate<int> readers.Length

        let weight =
            wanted.Weight
            |> Option.map (fun struct (column, field) -> CsvWeights.reader rows column field)

        let targets = ResizeArray<float>()
        let weights = ResizeArray<float32>()
        let texts = ResizeArray<string[]>()
        let values = Array.zeroCreate features.Length
        let skipped = ref wanted.Skipped
        let firstNumber = rows.Number - wanted.Skipped
        let numbers = ResizeArray<int>()
        let mutable reading = true
        let mutable left = 0
        let mutable weightless = 0
        let mutable found = 0

        use store = new RowStore(rows.Source, features.Length)

        while reading do
            targets.Clear()
            weights.Clear()
            texts.Clear()
            numbers.Clear()
            let mutable mended = 0

            while reading && store.Count < size do
                let targetFit = fill wanted.OnError nan readers target
                let isTargetless = target.Length > 0 && Array.forall Double.IsNaN target

                let weight =
                    match weight with
                    | Some read when not isTargetless -> read ()
                    | _ -> 1f

                if targetFit = RowFit.No then
                    skipped.Value <- skipped.Value + 1
                elif isTargetless then
                    left <- left + 1
                elif weight = 0f then
                    weightless <- weightless + 1
                else
                    match max targetFit (fill wanted.OnError nanf features values) with
                    | RowFit.No -> skipped.Value <- skipped.Value + 1
                    | fit ->
                        values.CopyTo(store.Add())
                        targets.AddRange target

                        if wanted.Kept.Length > 0 then
                            texts.Add(Array.map rows.Text wanted.Kept)

                        if wanted.Weight.IsSome then
                            weights.Add weight

                        numbers.Add(rows.Number - firstNumber + 1)

                        for j in 0 .. target.Length - 1 do
                            if Double.IsNaN target[j] then
                                missing[j] <- missing[j] + 1

                        if fit = RowFit.Mended || rows.IsShort then
                            mended <- mended + 1

                reading <- next rows wanted.OnError skipped

            let examples = store.Count
            found <- found + examples

            if not reading && found = 0 && weightless > 0 then
                DataFile.failFile rows.Source Weights.NoneAbove0

            let tally =
                {
                    Remarks = rows.Remarks
                    RemarkLine = rows.RemarkLine
                    ShortRows = rows.ShortRows
                    ShortLine = rows.ShortLine
                    LatinLine = rows.LatinLine
                    Left = left
                    Missing = Array.copy missing
                    Weightless = weightless
                }

            action
                {
                    Batch =
                        {
                            Rows =
                                {
                                    Source = rows.Source
                                    Features = store.ToArray()
                                    Stored = None
                                    Examples = examples
                                    Target = None
                                    Weights = weight |> Option.map (fun _ -> weights.ToArray())
                                    OneUnit = false
                                    SplitBy = None
                                    RowNumbers = Some(numbers.ToArray())
                                    Notes = if reading then [] else notes read tally
                                }
                            Kept =
                                if wanted.Kept.Length = 0 then
                                    Array.create examples Array.empty
                                else
                                    texts.ToArray()
                            Skipped = skipped.Value
                            Mended = mended
                        }
                    Targets = targets.ToArray()
                    Tally = tally
                }

            skipped.Value <- 0

    /// The batch with its targets, if they are read.
    let told (schema: Schema) (isRead: bool) (raw: RawBatch) : RowBatch =
        { raw.Batch with
            Rows =
                { raw.Batch.Rows with
                    Target =
                        if isRead then
                            Some(Target.ofNumbers raw.Batch.Rows.Source schema.Targets raw.Targets)
                        else
                            None
                }
        }

    /// The batch with the last text kept of each row as what splits respect.
    let withSplit (role: SplitRole) (batch: RowBatch) : Result<RowBatch, string> =
        let number row =
            batch.Rows.RowNumbers
            |> Option.map (fun numbers -> numbers[row])
            |> Option.defaultValue (row + 1)

        SplitColumn.ofRows number role (Array.map Array.last batch.Kept)
        |> Result.map (fun split ->
            { batch with
                Rows = { batch.Rows with SplitBy = Some split }
                Kept = batch.Kept |> Array.map (fun texts -> texts[.. texts.Length - 2])
            })
