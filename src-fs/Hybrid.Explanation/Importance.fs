namespace Hybrid.Explanation

open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// What a model loses without what some columns say.
[<CompiledName("FSharpColumnImportance")>]
type ColumnImportance =
    {
        /// One column, or several that are shuffled together because they go together.
        Columns: string list
        /// The mean rise of an example's loss when the columns' values are shuffled among the examples.
        Rise: float
        /// The ends of the interval of the rise, with a confidence of 95 %.
        Lower: float
        Upper: float
    }

/// The importance of all columns.
[<CompiledName("FSharpImportanceReport")>]
type ImportanceReport =
    {
        /// The mean loss of the examples as they are.
        Loss: float
        Examples: int
        Repeats: int
        /// Every column, the most important first.
        Columns: ColumnImportance list
        /// Columns that go together: shuffled one by one, each is replaced by the others.
        Groups: ColumnImportance list
    }

/// <summary>Permutation importance: by how much the loss rises if the values of a column are shuffled among the examples, so that
/// they say nothing about the target. On examples that were not learned from, a column that is independent of all others and of the
/// target has an expected rise of exactly 0.</summary>
/// <remarks>Breiman, "Random forests" (2001), section 10; Fisher, Rudin and Dominici, "All models are wrong, but many are useful"
/// (2019), whose estimate is a U-statistic of pairs of examples: the interval is by its Hájek projection, so that it counts both the
/// example and the one whose value it receives.</remarks>
module Importance =
    /// As the callers' option is called.
    [<Literal>]
    let private Repeats = "Repeats"

    /// The association from which on columns go together.
    let private threshold = 0.9

    /// The quantile of Student's distribution that leaves 2.5 % above it, by Cornish and Fisher's expansion.
    let private student (freedom: float) : float =
        let z = 1.959963984540054
        let third = (z ** 3.0 + z) / 4.0
        let fifth = (5.0 * z ** 5.0 + 16.0 * z ** 3.0 + 3.0 * z) / 96.0
        z + third / freedom + fifth / (freedom * freedom)

    /// The loss of each example.
    let private losses (engine: Engine) (model: Model) (targets: float32[]) : float32[] -> float[] =
        let scores = Inference.create engine (Model.scores model) model.Inputs
        let task = Model.task model
        let rows = targets.Length / LearningTask.targets task

        let loss =
            Loss.perExample
                task
                (Loss.forTargets targets model.Loss)
                (Tensor.input "outputs" [ rows; scores.Outputs ])
                (Tensor.input "targets" [ rows; LearningTask.targets task ])

        fun features ->
            Eager.evaluate engine [ "outputs", scores.Run features; "targets", targets ] [ loss ]
            |> List.exactlyOne
            |> Array.map float

    /// <summary>The importance of every column, and of columns that go together.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="repeats">How often each column is shuffled, at least 1.</param>
    /// <param name="seed">Of the shuffles.</param>
    /// <param name="model">The model.</param>
    /// <param name="table">With the model's columns and targets.</param>
    /// <param name="rows">At least 2; examples that were not learned from, since others show what was remembered.</param>
    /// <exception cref="T:Hybrid.OptionException">There are too few rows or repeats.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let ofColumns
        (engine: Engine)
        (repeats: int)
        (seed: uint64)
        (model: Model)
        (table: Table)
        (rows: int[])
        : ImportanceReport =
        if repeats < 1 then
            raise (OptionException(Repeats, $"must be at least 1, not {repeats}"))

        if rows.Length < 2 then
            raise (OptionException(nameof rows, $"must be at least 2, not {rows.Length}"))

        let width, count = model.Inputs, rows.Length

        let targets, wide =
            Target.numbers table.Target, LearningTask.targets (Model.task model)

        let losses =
            losses engine model (rows |> Array.collect (fun row -> Array.sub targets (row * wide) wide))

        let features =
            rows |> Array.collect (fun row -> Array.sub table.InMemory (row * width) width)

        let usual = losses features

        let ofSet (key: int) (columns: int list) : ColumnImportance =
            // what an example's loss rises by, and what the value that it gives raises another's by
            let received, given = Array.zeroCreate count, Array.zeroCreate count

            for repeat in 0 .. repeats - 1 do
                let order = Random.permutation (Random.split seed key) (uint64 repeat) count
                let shuffled = Array.copy features

                for row in 0 .. count - 1 do
                    for column in columns do
                        shuffled[row * width + column] <- features[order[row] * width + column]

                losses shuffled
                |> Array.iteri (fun row loss ->
                    let rise = (loss - usual[row]) / float repeats
                    received[row] <- received[row] + rise
                    given[order[row]] <- given[order[row]] + rise)

            let rise = Array.average received

            let influence =
                Array.map2 (fun received given -> received + given - 2.0 * rise) received given

            let variance =
                (influence |> Array.sumBy (fun value -> value * value)) / float (count - 1)

            let half = student (float (count - 1)) * sqrt (variance / float count)

            {
                Columns = columns |> List.map (fun column -> table.Columns[column].Name)
                Rise = rise
                Lower = rise - half
                Upper = rise + half
            }

        let sorted = List.sortBy (fun importance -> -importance.Rise)

        {
            Loss = Array.average usual
            Examples = count
            Repeats = repeats
            Columns = [ for column in 0 .. width - 1 -> ofSet column [ column ] ] |> sorted
            Groups =
                Association.groups threshold table rows
                |> List.mapi (fun index set -> ofSet (width + index) set)
                |> sorted
        }
