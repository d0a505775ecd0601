namespace Hybrid.Data

/// How a table is read for a model.
type ModelCsvOptions =
    {
        /// Whether the first row holds names. By default it does if it holds the name of one of the model's columns,
        /// or no number in any numeric column.
        Header: bool option
        /// The target is read too, and must be there.
        Evaluate: bool
        /// The name of the target's column in this table, or its number from 1 if there is no header. By default the name it
        /// had in training.
        Target: string option
    }

module ModelCsvOptions =
    /// Features only; a header is recognised.
    let predict: ModelCsvOptions =
        {
            Header = None
            Evaluate = false
            Target = None
        }

    /// Features and target; a header is recognised.
    let evaluate: ModelCsvOptions = { predict with Evaluate = true }

/// What is learned from a table's target.
type TaskChoice =
    /// Classes for texts and for numbers that look like labels, a quantity otherwise.
    | Guess
    | Classification
    | Regression

/// How a table is read for training.
type CsvOptions =
    {
        /// The first row holds the columns' names. Otherwise they are called x1 … xn.
        Header: bool
        /// The name of the target's column, or its number from 1 if there is no header. By default the last column.
        Target: string option
        /// The columns to ignore, named like the target.
        Ignore: string list
        Task: TaskChoice
    }

module CsvOptions =
    /// A header, the last column as the target, and the task by the target's values.
    let defaults: CsvOptions =
        {
            Header = true
            Target = None
            Ignore = []
            Task = Guess
        }
