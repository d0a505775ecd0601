namespace Hybrid.Data

/// What to do about a row that does not fit a model.
[<CompiledName("FSharpRowErrors")>]
[<RequireQualifiedAccess>]
type RowErrors =
    /// An error that names file, line and column.
    | Fail
    /// The row is left out.
    | Skip
    /// A value that does not fit counts as missing; a row with too many fields, or with one only, is left out.
    | Missing

/// How a table is read for a model.
type ModelCsvOptions =
    {
        /// Whether the first row holds names. By default it does if it holds the name of one of the model's columns,
        /// or does not fit them.
        Header: bool option
        /// The target is read too, and must be there.
        Evaluate: bool
        /// The names of the targets' columns in this table, in the model's order: see CsvOptions. By default the names that they
        /// had in training.
        Targets: string list
        OnError: RowErrors
        /// Columns whose texts are passed on, each named like a target.
        Keep: string list
        /// What splits respected in training: read where the table has it.
        SplitBy: SplitRole option
        /// The column of the rows' weights, where the target is read too, named like it. By default the one in training, if the table
        /// has it.
        Weight: string option
    }

/// Some of a table's rows for a model.
[<NoComparison>]
type RowBatch =
    {
        Rows: TableRows
        /// The texts of the columns to keep, for each row.
        Kept: string[][]
        /// The number of rows that were left out.
        Skipped: int
        /// The number of rows with a value that counts as missing because it does not fit.
        Mended: int
    }

/// What rows are peculiar, of all that have been read.
type internal RowTally =
    {
        /// Lines with one field below the table, and the first of them.
        Remarks: int
        RemarkLine: int
        /// Rows with fewer fields than the first one, and the line of the first of them.
        ShortRows: int
        ShortLine: int
        /// The line of the first text that is not UTF-8; 0 if there is none.
        LatinLine: int
        /// Rows without a target, which are left out.
        Left: int
        /// How many rows lack each target.
        Missing: int[]
        /// Rows of weight 0, which are left out.
        Weightless: int
    }

module internal RowTally =
    /// Nothing peculiar.
    let none: RowTally =
        {
            Remarks = 0
            RemarkLine = 0
            ShortRows = 0
            ShortLine = 0
            LatinLine = 0
            Left = 0
            Missing = Array.empty
            Weightless = 0
        }

/// Some of a table's rows, with their targets in double precision.
[<NoComparison>]
type internal RawBatch =
    {
        /// Without targets.
        Batch: RowBatch
        /// Row-major: indices of categories, or numbers less the offsets of their columns; none if targets are not read.
        Targets: float[]
        /// Of these rows and all before them.
        Tally: RowTally
    }

module ModelCsvOptions =
    /// Features only; a header is recognised.
    let predict: ModelCsvOptions =
        {
            Header = None
            Evaluate = false
            Targets = []
            OnError = RowErrors.Fail
            Keep = []
            SplitBy = None
            Weight = None
        }

    /// Features and target; a header is recognised.
    let evaluate: ModelCsvOptions = { predict with Evaluate = true }

/// How a table is read for training.
type CsvOptions =
    {
        /// Whether the first row holds the columns' names; otherwise they are called x1 … xn. By default it does if another option
        /// names a text of it, and if its cells do not fit the columns below them.
        Header: bool option
        /// The names of the targets' columns, or their numbers from 1 if there is no header. A text that names no column is a list
        /// of names, separated by commas; names that contain commas are then enclosed in double quotes. By default the last
        /// column.
        Targets: string list
        /// The columns to ignore, each named like a target.
        Ignore: string list
        /// The columns whose values are categories, even if they are numbers or many.
        Categorical: string list
        /// The columns whose values are quantities, even if they look like identifiers or codes.
        Numeric: string list
        /// The columns whose categories are learned as vectors: categories like those of Categorical.
        Embedded: string list
        /// Texts that stand for a missing value, besides the usual ones.
        Missing: string list
        /// Columns of numbers are kept even if nothing can be learned from them: for models of other programs, which take their
        /// columns by position.
        KeepAll: bool
        /// The column of the examples' weights, named like the target, which is then not among the features: a row of weight 2 counts as
        /// if it were there twice. By default all count alike.
        Weight: string option
        Task: TaskChoice
        /// The column that splits respect, which is not learned from.
        SplitBy: SplitRole option
    }

module CsvOptions =
    /// The last column is the target; everything else is decided by the values.
    let defaults: CsvOptions =
        {
            Header = None
            Targets = []
            Ignore = []
            Categorical = []
            Numeric = []
            Embedded = []
            Missing = []
            KeepAll = false
            Weight = None
            Task = Guess
            SplitBy = None
        }
