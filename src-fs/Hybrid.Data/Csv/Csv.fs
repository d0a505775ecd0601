namespace Hybrid.Data

open System

/// <summary>Tables in text files: CSV, TSV and their kin, plain or gzip, in UTF-8 or Latin-1; the path - is the standard input.
/// </summary>
/// <remarks>
/// Fields are separated by tabs, semicolons, commas, bars or blanks, whichever the first lines have. Fields may be quoted;
/// surrounding space and blank lines are ignored, and so are rows of separators only, and lines of one field above or below the table. An
/// empty field, NA, N/A, n/a, #N/A, NaN, nan, NAN, NULL, null, None, ?, - and . are missing values, and among numbers also the same
/// in any case, n.a., nil, missing, unknown, -- and the like; infinities, spelled out, are errors. In a target of + and - both are classes.
/// </remarks>
[<RequireQualifiedAccess>]
module Csv =
    /// <summary>Reads a table to train on. What each column holds is decided by all of its cells, and said in the table's notes.
    /// </summary>
    /// <param name="options">Header, target, columns to ignore, and what overrules the decisions.</param>
    /// <param name="path">The file.</param>
    /// <returns>The examples in the file's order, without those that have no target. Missing values are NaN; categories are in
    /// ordinal order, classes too, or in numeric order where they are numbers.</returns>
    /// <exception cref="T:Hybrid.TableException">The file cannot be read, or is not such a table: one message for all reasons.
    /// </exception>
    /// <remarks>
    /// Numbers may have a decimal point or comma, separated thousands, a currency or a unit; dates become days since 1970. A column
    /// of at least 10 values of which at least 90 % are numbers is meant to be numeric: others in it are an error, unless it has at
    /// most 20 different values, which then are categories. Left out are columns of one value, of a number or text of its own in
    /// each row, and of more than 64 texts, or 4,096 if each occurs 20 times on average. With <c>Guess</c> a target of texts is classes,
    /// and a target of integers is classes if it has at most 2 distinct values, or at most 20 with 5 examples each on average; any
    /// other is a quantity.
    /// </remarks>
    let read (options: CsvOptions) (path: string) : Table =
        CsvTraining.read options (TableInput.File path)

    /// <summary>Reads a table of any length to train on, as <c>read</c> does: its rows are kept in a file of float32 numbers, which is gone
    /// when the program ends.</summary>
    /// <param name="streaming">How many rows are shuffled together.</param>
    /// <param name="options">As for <c>read</c>.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="T:Hybrid.TableException">As for <c>read</c>; or there is no space for the rows.</exception>
    /// <remarks>The file lies in the folder TMPDIR, or else in /var/tmp where there is one.</remarks>
    let stream (streaming: StreamOptions) (options: CsvOptions) (path: string) : Table =
        CsvTraining.stream streaming options (TableInput.File path)

    /// <summary>Reads a table for a model and passes its rows on in batches, so that files of any length fit.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">Header, whether the target is read, columns to keep, and what to do about rows that do not fit.</param>
    /// <param name="size">The number of rows in a batch; the last one may be smaller.</param>
    /// <param name="path">The file.</param>
    /// <param name="action">Called with each batch, in the file's order.</param>
    /// <exception cref="T:Hybrid.TableException">The file cannot be read or does not fit the model.</exception>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The size is not positive.</exception>
    /// <remarks>
    /// Columns are found by name if the first row holds the name of at least one of them; further columns are ignored.
    /// Otherwise they are found by position, and the file has the model's columns in their order, with or without the
    /// target after them; or, for a model trained without header, all columns of the training data.
    /// </remarks>
    let readBatches
        (schema: Schema)
        (options: ModelCsvOptions)
        (size: int)
        (path: string)
        (action: RowBatch -> unit)
        =
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof size)
        CsvForModel.each schema options (TableInput.File path) size action

    /// <summary>Reads a whole table for a model, as <c>readBatches</c> does.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">Header, and whether the target is read.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="T:Hybrid.TableException">The file cannot be read or does not fit the model.</exception>
    let readFor (schema: Schema) (options: ModelCsvOptions) (path: string) : TableRows =
        CsvForModel.whole schema options (TableInput.File path)

    /// <summary>The same with the rows in a file, as by <c>stream</c>.</summary>
    /// <param name="streaming">How many rows are shuffled together.</param>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">Header, and whether the target is read.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="T:Hybrid.TableException">As for <c>readFor</c>; or there is no space for the rows.</exception>
    let streamFor
        (streaming: StreamOptions)
        (schema: Schema)
        (options: ModelCsvOptions)
        (path: string)
        : TableRows =
        CsvForModel.streamed streaming schema options (TableInput.File path)
