namespace Hybrid.Data

open System
open System.Text

/// <summary>Tables in text files such as CSV and TSV, plain or gzip, in UTF-8.</summary>
/// <remarks>
/// Fields are separated by commas, semicolons or tabs, whichever the first lines have; where it is not a comma, numbers
/// may have decimal commas. Fields may be quoted; surrounding space and blank lines are ignored.
/// An empty field, NA and ? are missing values; NaN and infinities, spelled out, are errors.
/// </remarks>
[<RequireQualifiedAccess>]
module Csv =
    /// <summary>Reads a table to train on.</summary>
    /// <param name="options">Header, target, columns to ignore, and task.</param>
    /// <param name="path">The file.</param>
    /// <returns>The examples in the file's order. A column is numeric if all its values are numbers, and otherwise has
    /// categories in ordinal order; missing values are NaN. Classes are in ordinal order, or in numeric order where they
    /// are numbers.</returns>
    /// <exception cref="T:Hybrid.TableException">The file cannot be read, or is not such a table.</exception>
    /// <remarks>
    /// A column of at least 10 values of which at least 90 % are numbers is meant to be numeric: a text in it is an
    /// error, as are more than 64 categories. With <c>Guess</c> a target of texts is classes, and a target of integers
    /// is classes if it has at most 2 distinct values, or at most 20 with 5 examples each on average; any other
    /// is a quantity.
    /// </remarks>
    let read (options: CsvOptions) (path: string) : Table = CsvTraining.read options path

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
        CsvForModel.each schema options path size action

    /// <summary>Reads a whole table for a model, as <c>readBatches</c> does.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">Header, and whether the target is read.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="T:Hybrid.TableException">The file cannot be read or does not fit the model.</exception>
    let readFor (schema: Schema) (options: ModelCsvOptions) (path: string) : TableRows =
        let batches = ResizeArray<RowBatch>(1)
        CsvForModel.each schema options path Int32.MaxValue batches.Add
        batches[0].Rows

    /// Whether a field stands for a missing value: it is empty, NA or ?.
    let isMissing (field: string) : bool =
        CsvNumber.isMissing (ReadOnlySpan(Encoding.UTF8.GetBytes field))
