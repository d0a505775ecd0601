namespace Hybrid.Data

/// <summary>Tables of rows that a program reads from anywhere, such as a database, as often as needed.</summary>
/// <remarks>
/// What a column holds is decided by all of its values and by the rules of CSV files, and said in the table's notes: numbers are read with
/// all their digits; texts and Booleans are categories or classes; dates are days since 1970, durations are days; null, an empty text and
/// NaN are missing values. The same rows give the same table, to the bit, from every source. In messages, line 1 holds the names of the
/// columns, and line 2 the first row.
/// </remarks>
[<RequireQualifiedAccess>]
module RowTable =
    /// <summary>Reads a table to train on, in two passes at most.</summary>
    /// <param name="streaming">If the rows are to be kept in a file instead of in memory: see Csv.stream.</param>
    /// <param name="options">As for Csv.read; there are always names.</param>
    /// <param name="source">The rows.</param>
    /// <exception cref="T:Hybrid.TableException">The source fails, changes between two passes, or is not such a table.</exception>
    let read (streaming: StreamOptions option) (options: CsvOptions) (source: RowSource) : Table =
        let input = TableInput.ofRows source

        match streaming with
        | Some streaming -> CsvTraining.stream streaming options input
        | None -> CsvTraining.read options input

    /// <summary>Reads a table for a model, in one pass.</summary>
    /// <param name="streaming">As for read.</param>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">Whether the target is read, and what to do about rows that do not fit.</param>
    /// <param name="source">The rows.</param>
    /// <exception cref="T:Hybrid.TableException">The source fails, or does not fit the model.</exception>
    let readFor
        (streaming: StreamOptions option)
        (schema: Schema)
        (options: ModelCsvOptions)
        (source: RowSource)
        : TableRows =
        let input = TableInput.ofRows source

        match streaming with
        | Some streaming -> CsvForModel.streamed streaming schema options input
        | None -> CsvForModel.whole schema options input

    /// <summary>Reads a table for a model and passes its rows on in batches, as Csv.readBatches does.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">As for readFor, and the columns to keep.</param>
    /// <param name="size">The number of rows in a batch; the last one may be smaller.</param>
    /// <param name="source">The rows.</param>
    /// <param name="action">Called with each batch, in order.</param>
    /// <exception cref="T:Hybrid.TableException">As for readFor.</exception>
    let readBatches
        (schema: Schema)
        (options: ModelCsvOptions)
        (size: int)
        (source: RowSource)
        (action: RowBatch -> unit)
        : unit =
        System.ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof size)
        CsvForModel.each schema options (TableInput.ofRows source) size action
