namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// Predictions for some rows of data.
[<CompiledName("FSharpPredictedRows")>]
type PredictedRows =
    {
        /// [rows; outputs], quantities in their own units.
        Outputs: float[]
        /// For each row, the texts of the columns to keep.
        Kept: string[][]
    }

/// What became of the rows of data.
[<CompiledName("FSharpPredictionCount")>]
type PredictionCount =
    {
        Predicted: int64
        /// Rows that do not fit the model.
        Skipped: int64
        /// Predicted rows with a value that counts as missing because it does not fit.
        Mended: int64
        /// Rows that fit, but whose result is NaN or infinite, and which are left out.
        NonFinite: int64
        /// What was decided or found when the data was read.
        Notes: Note list
    }

/// Predictions for data of any length, a part at a time.
module Prediction =
    /// The maximum number of rows in memory at once, and the approximate number of values that they and their outputs may take.
    let private mostRows, numbersAtOnce = 4096, 1 <<< 22

    let private rowsAtOnce (model: Model) (outputs: int) =
        Math.Clamp(numbersAtOnce / max model.Inputs outputs, 1, mostRows)

    /// A result that is not finite, with the names of the model and the place in the data.
    let named (model: Model) (source: string) (before: int64) (error: NonFiniteResultException) : exn =
        // the names of a file from elsewhere without names are made up
        let isNamed =
            model.Training.IsSome || model.Schema.Targets[0].Name <> $"x{model.Inputs + 1}"

        error.Of(source, before, (if isNamed then Model.outputNames model else [||]))

    let private plus (offsets: float[]) (numbers: float32[]) : float[] =
        numbers
        |> Array.mapi (fun i number -> float number + offsets[i % offsets.Length])

    /// What a network returns, in the targets' own units.
    let inUnit (model: Model) (outputs: float32[]) : float[] = plus (Model.offsets model) outputs

    /// Targets, or one prediction of each, in their own units.
    let internal targetsInUnit (model: Model) (targets: float32[]) : float[] =
        plus (Model.targetOffsets model) targets

    /// <summary>Predicts the rows of data without targets, in order and a part at a time.</summary>
    /// <param name="predict">From features, [rows; columns], to outputs, [rows; outputs].</param>
    /// <param name="outputs">The number of outputs per row.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">For tables: the columns whose texts are passed on (of image files, file is their name), and what to do about
    /// rows that do not fit the model, and about results that are not finite.</param>
    /// <param name="source">What reads image files, and files of tables that are not text.</param>
    /// <param name="argument">A built-in name, a folder, images without classes, or a table, whose columns are found by their names.</param>
    /// <param name="action">Receives the predictions for some rows, in order.</param>
    /// <exception cref="T:Hybrid.TableException">The data cannot be read, or do not fit the model.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">A result is NaN or infinite, and rows that fail are errors.</exception>
    let ofData
        (predict: float32[] -> float32[])
        (outputs: int)
        (model: Model)
        (options: ModelCsvOptions)
        (source: SourceOptions)
        (argument: string)
        (action: PredictedRows -> unit)
        : PredictionCount =
        let size = rowsAtOnce model outputs
        let predict = predict >> inUnit model

        let count =
            ref
                {
                    Predicted = 0L
                    Skipped = 0L
                    Mended = 0L
                    NonFinite = 0L
                    Notes = []
                }

        /// One by one, without those whose result is not finite.
        let finite (features: float32[]) (kept: string[][]) : PredictedRows =
            let each =
                Array.chunkBySize model.Inputs features
                |> Array.mapi (fun row example ->
                    try
                        Some(predict example, kept[row])
                    with :? NonFiniteResultException ->
                        None)

            let found = Array.choose id each

            {
                Outputs = Array.collect fst found
                Kept = Array.map snd found
            }

        let answer (features: float32[]) (kept: string[][]) =
            let answers =
                try
                    {
                        Outputs = predict features
                        Kept = kept
                    }
                with
                | :? NonFiniteResultException as error when options.OnError = RowErrors.Fail ->
                    raise (named model argument count.Value.Predicted error)
                | :? NonFiniteResultException -> finite features kept

            count.Value <-
                { count.Value with
                    Predicted = count.Value.Predicted + int64 answers.Kept.Length
                    NonFinite = count.Value.NonFinite + int64 (kept.Length - answers.Kept.Length)
                }

            action answers

        DataSource.readBatches model.Schema source options size argument (fun batch ->
            count.Value <-
                { count.Value with
                    Skipped = count.Value.Skipped + int64 batch.Skipped
                    Mended = count.Value.Mended + int64 batch.Mended
                    Notes = count.Value.Notes @ batch.Rows.Notes
                }

            // data that are not tables come in one piece
            if batch.Rows.Examples <= size then
                answer batch.Rows.Features batch.Kept
            else
                Array.zip
                    (Array.chunkBySize (size * model.Inputs) batch.Rows.Features)
                    (Array.chunkBySize size batch.Kept)
                |> Array.iter (fun (features, kept) -> answer features kept))

        count.Value
