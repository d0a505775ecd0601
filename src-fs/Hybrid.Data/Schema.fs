namespace Hybrid.Data

open System
open Hybrid.Core

type TableException = Hybrid.TableException
type PrecisionException = Hybrid.PrecisionException

/// What is predicted.
type Target =
    /// A class per example, as an index into the names.
    | Classes of names: string[] * labels: int[]
    /// Numbers per example, one of each target and row-major, in the targets' own units less the offsets of their formats; of
    /// several targets, NaN for a missing one.
    | Quantity of float32[]
    /// Yes or no per example for each of several targets, row-major: 1, 0, or NaN for a missing one.
    | Labels of float32[]

/// How a table is read, beyond what each column says.
type Reading =
    {
        /// Texts that stand for a missing value, besides the usual ones.
        Missing: string list
        /// How many columns a table without names has, with the target and what was left out; none if columns have names.
        Unnamed: int option
        /// The column of the examples' weights in training, which is not among the features: none if all counted alike.
        Weight: Column option
        /// The extents of the images whose numbers the columns are; none where they are not those of images.
        Image: ImageShape option
    }

module Reading =
    /// Only the usual missing values, columns with names, no weights, and no images.
    let plain: Reading =
        {
            Missing = []
            Unnamed = None
            Weight = None
            Image = None
        }

/// What columns of targets are together.
module TargetColumns =
    /// Their names.
    let name (targets: Column[]) : string =
        targets |> Array.map _.Name |> String.concat ", "

    /// The names of the classes, if it is one column of categories.
    let classes (targets: Column[]) : string[] option =
        match targets with
        | [| { Kind = Category names } |] -> Some names
        | _ -> None

    /// Whether they are several, each yes or no.
    let areLabels (targets: Column[]) : bool =
        targets.Length > 1 && targets |> Array.forall _.Kind.IsCategory

/// What a model expects of its data: the columns in the model's order, and what it predicts.
type Schema =
    {
        Columns: Column[]
        /// What is predicted, in the order of the outputs: one column of categories, which are classes; or columns of numbers; or
        /// several columns of two categories, no and yes. A model returns numbers less the offsets of their formats.
        Targets: Column[]
        Reading: Reading
    }

    /// The names of the targets.
    member this.TargetName = TargetColumns.name this.Targets

    /// The names of the classes; None for quantities and for several targets.
    member this.Classes = TargetColumns.classes this.Targets

    /// Whether the targets are several, each yes or no.
    member this.HasLabels = TargetColumns.areLabels this.Targets

/// What reading some data decided or found by itself: a sentence, and what to do if it is not wanted.
type Note =
    {
        /// The columns that it is about; none if it is about all of the data.
        Columns: string list
        Says: string
        Remedies: Remedy list
    }

/// Rows read for a model: its raw columns and, where asked for, the target.
[<NoComparison>]
type TableRows =
    {
        Source: string
        /// Row-major, Examples × the schema's columns.
        Features: float32[]
        /// As for tables.
        Stored: StoredRows option
        Examples: int
        Target: Target option
        /// As for tables.
        Weights: float32[] option
        /// As for tables.
        OneUnit: bool
        /// As for tables, where it was asked for and is there.
        SplitBy: SplitColumn option
        /// As for tables.
        RowNumbers: int[] option
        Notes: Note list
    }

/// What is seen of targets that are read a part at a time.
[<Sealed>]
type internal TargetSpread(targets: Column[]) =
    // by more than this part of their range quantities must not move when they are rounded
    let mostRounding = 0.01
    let least = Array.create targets.Length infinity
    let most = Array.create targets.Length -infinity
    let rounding: float[] = Array.zeroCreate targets.Length

    /// Some examples' numbers, row-major.
    member _.Add(values: float[]) : unit =
        for i in 0 .. values.Length - 1 do
            let target = i % targets.Length

            if not (Double.IsNaN values[i]) then
                least[target] <- min least[target] values[i]
                most[target] <- max most[target] values[i]
                rounding[target] <- max rounding[target] (abs (float (float32 values[i]) - values[i]))

    /// <summary>All of them.</summary>
    /// <exception cref="T:Hybrid.TableException">Float32 does not tell the differences apart: nothing can be measured on
    /// them.</exception>
    member _.Target(source: string, values: float32[]) : Target =
        match TargetColumns.classes targets with
        | Some names -> Classes(names, Array.map int values)
        | None when TargetColumns.areLabels targets -> Labels values
        | None ->
            targets
            |> Array.iteri (fun i column ->
                if most[i] > least[i] && rounding[i] / (most[i] - least[i]) > mostRounding then
                    let offset = Column.offset column

                    raise (
                        TableException(
                            source,
                            None,
                            None,
                            $"float32, in which the model returns the quantity {Advice.quote column.Name}, holds about 7 digits, too few for the differences of its values from {least[i] + offset} to {most[i] + offset}: nothing can be measured on them. Subtract a number from the values, or train a model on them, which does so."
                        )
                    ))

            Quantity values

module Target =
    /// Targets as training sees them, row-major: the index of an example's class, or a number for each of its targets.
    let numbers (target: Target) : float32[] =
        match target with
        | Classes(_, labels) -> Array.map float32 labels
        | Quantity values
        | Labels values -> values

    /// The column of a single target.
    let internal column (name: string) (target: Target) : Column =
        match target with
        | Classes(names, _) -> { Name = name; Kind = Category names }
        | Quantity _
        | Labels _ -> Column.numeric name

    /// Each k-th of some numbers, from the j-th on.
    let private each (k: int) (j: int) (values: 'number[]) : 'number[] =
        Array.init (values.Length / k) (fun row -> values[row * k + j])

    /// The numbers of one of some targets, in the examples' order.
    let ofColumn (targets: Column[]) (index: int) (target: Target) : float32[] =
        numbers target |> each targets.Length index

    /// What is said about rows that lack targets.
    let internal notes (left: int) (targets: Column[]) (missing: int[]) : Note list =
        let note columns says =
            {
                Columns = columns
                Says = says
                Remedies = []
            }

        let rows count =
            if count = 1 then "1 row" else $"{count} rows"

        let counts count =
            if count = 1 then "which counts" else "which count"

        [
            if left > 0 then
                note [] $"""{rows left} without a target {if left = 1 then "is" else "are"} left out"""
            for target, count in Array.zip targets missing do
                if count > 0 then
                    note
                        [ target.Name ]
                        $"the target {Advice.quote target.Name} is missing in {rows count}, {counts count} for the other targets only"
        ]

    /// <summary>Targets from numbers, as float32.</summary>
    /// <param name="source">The file or built-in name, for messages.</param>
    /// <param name="targets">What the numbers are.</param>
    /// <param name="values">[examples; targets]: indices of categories, or numbers less the offsets of their columns.</param>
    /// <exception cref="T:Hybrid.TableException">Float32 does not tell the differences apart: nothing can be measured on
    /// them.</exception>
    let internal ofNumbers (source: string) (targets: Column[]) (values: float[]) : Target =
        let spread = TargetSpread targets
        spread.Add values
        spread.Target(source, Array.map float32 values)
