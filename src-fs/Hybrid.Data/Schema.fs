namespace Hybrid.Data

open System
open Hybrid.Core

type TableException = Hybrid.TableException
type PrecisionException = Hybrid.PrecisionException

/// What is predicted.
type Target =
    /// A class per example, as an index into the names.
    | Classes of names: string[] * labels: int[]
    /// A number per example, in its own unit, less the offset of the target's format.
    | Quantity of float32[]

/// How texts are read, beyond what each column says.
type Reading =
    {
        /// How the target's numbers are written, and their offset: a model returns what is left after it is subtracted.
        Target: NumberFormat
        /// Texts that stand for a missing value, besides the usual ones.
        Missing: string list
        /// How many columns a table without names has, with the target and what was left out; none if columns have names.
        Unnamed: int option
    }

module Reading =
    /// Plain numbers, only the usual missing values, and columns with names.
    let plain: Reading =
        {
            Target = NumberFormat.plain
            Missing = []
            Unnamed = None
        }

/// What a model expects of its data: the columns in the model's order, and what it predicts.
type Schema =
    {
        Columns: Column[]
        TargetName: string
        /// The names of the classes; None for a quantity.
        Classes: string[] option
        Reading: Reading
    }

/// What reading some data decided or found by itself: a sentence, and what to do if it is not wanted.
type Note =
    {
        /// The columns that it is about; none if it is about all of the data.
        Columns: string list
        Says: string
        Remedies: Remedy list
    }

/// Rows read for a model: its raw columns and, where asked for, the target.
type TableRows =
    {
        Source: string
        /// Row-major, Examples × the schema's columns.
        Features: float32[]
        Examples: int
        Target: Target option
        /// As for tables.
        OneUnit: bool
        Notes: Note list
    }

module Target =
    /// Targets as training sees them, one number per example: the index of its class, or the quantity.
    let numbers (target: Target) : float32[] =
        match target with
        | Classes(_, labels) -> Array.map float32 labels
        | Quantity values -> values

    /// By more than this part of their range quantities must not move when they are rounded.
    let private mostRounding = 0.01

    /// <summary>Numbers less an offset, as float32.</summary>
    /// <param name="source">The file or built-in name, for messages.</param>
    /// <param name="name">What the numbers are called.</param>
    /// <param name="offset">What is subtracted.</param>
    /// <param name="values">The numbers.</param>
    /// <exception cref="T:Hybrid.TableException">Float32 does not tell the differences apart: nothing can be measured on
    /// them.</exception>
    let internal quantity (source: string) (name: string) (offset: float) (values: float[]) : Target =
        let rests = values |> Array.map (fun value -> value - offset)

        if NumberFormat.rounding rests > mostRounding then
            raise (
                TableException(
                    source,
                    None,
                    None,
                    $"float32, in which the model returns the quantity {Advice.quote name}, holds about 7 digits, too few for the differences of its values from {Array.min values} to {Array.max values}: nothing can be measured on them. Subtract a number from the values, or train a model on them, which does so."
                )
            )

        Quantity(Array.map float32 rests)
