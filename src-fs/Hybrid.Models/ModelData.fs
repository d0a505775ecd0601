namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// A part of a model's data.
[<RequireQualifiedAccess>]
type Part =
    /// The training examples.
    | Train
    /// The examples that decided which epoch was best.
    | Validation
    /// The examples held out to measure the final network.
    | Test
    /// The examples that intervals are calibrated on.
    | Calibration
    /// Every example.
    | All

module Part =
    /// train, validation, test, calibration or all.
    let name (part: Part) : string =
        match part with
        | Part.Train -> "train"
        | Part.Validation -> "validation"
        | Part.Test -> "test"
        | Part.Calibration -> "calibration"
        | Part.All -> "all"

/// Some examples of a model's data.
[<CompiledName("FSharpSelection"); NoComparison>]
type Selection =
    {
        Table: Table
        /// Which of the table's rows.
        Rows: int[]
        Part: Part
        /// The total number of examples in the data.
        Available: int
        /// The number of these that the model was trained on, if the data is its training data; 0 where it cannot be.
        TrainedOn: int
    }

/// A model and data for it: the model's columns, in its order, and its classes.
[<CompiledName("FSharpModelData")>]
[<NoComparison; ReferenceEquality>]
type ModelData =
    {
        Model: Model
        Rows: Table
        /// The test part that comes with the data, if any.
        Test: Table option
        /// How the rows were split in training; none if these are not the training data, as far as can be told.
        Split: Split option
    }

/// <summary>A model together with data with targets, to measure, check, examine or train it further. The data
/// is read once.</summary>
module ModelData =
    /// Whether a model was trained on these rows, in the model's schema, as far as its file tells.
    let internal isTrainedOn (rows: Table) (model: Model) : bool =
        let marks = [ rows.SplitBy; None ] |> List.map (TrainingRecord.mark rows.Target)

        model.Training
        |> Option.exists (fun record -> record.Examples = rows.Examples && List.contains record.Targets marks)

    let private splitOf (model: Model) (rows: Table) : Split option =
        model.Training
        |> Option.filter (fun record ->
            record.Examples = rows.Examples
            && record.SplitBy = (rows.SplitBy |> Option.map (fun split -> SplitRole.text split.Role))
            && record.Targets = TrainingRecord.mark rows.Target rows.SplitBy)
        |> Option.map (fun record ->
            Split.calibrated record.Seed record.Calibration record.Validation record.Test rows)

    let private create (model: Model) (rows: TableRows) (test: TableRows option) : ModelData =
        let rows = Table.ofRows model.Schema rows

        {
            Model = model
            Rows = rows
            Test = Option.map (Table.ofRows model.Schema) test
            Split = splitOf model rows
        }

    /// <summary>A model and data that have been read.</summary>
    /// <exception cref="T:Hybrid.TableException">Their columns or classes are not the model's.</exception>
    let ofSets (model: Model) (sets: Sets) : ModelData =
        let rows = Table.forSchema model.Schema
        create model (rows sets.Train) (Option.map rows sets.Test)

    /// <summary>Reads data for the model of a file. A model of this library finds its columns by their names; a file from
    /// elsewhere takes the names of the data.</summary>
    /// <param name="options">How a table is read otherwise: its target, where that differs from that of the training data, or is
    /// not the last column; what to leave out and what to learn count for files from elsewhere.</param>
    /// <param name="argument">A built-in name, a folder, or a table.</param>
    /// <param name="file">The model's file.</param>
    /// <exception cref="T:Hybrid.HybridException">The data cannot be read, or do not fit the model.</exception>
    let load (options: SourceOptions) (argument: string) (file: ModelFile) : ModelData =
        match file with
        | ModelFile.Own model ->
            let struct (rows, test) =
                DataSource.loadPartsFor
                    model.Schema
                    options
                    { ModelCsvOptions.evaluate with
                        Header = options.Csv.Header
                        Targets = options.Csv.Targets
                        SplitBy =
                            options.Csv.SplitBy
                            |> Option.orElse (
                                model.Training |> Option.bind _.SplitBy |> Option.bind SplitRole.tryParse
                            )
                        Weight = options.Csv.Weight
                        OnError = options.OnError
                    }
                    argument

            create model rows test
        | ModelFile.Foreign file ->
            // whether a comma separates names, the header tells
            let isOfSeveral =
                options.Csv.Targets.Length > 1
                || options.Csv.Targets |> List.exists _.Contains(',')

            let csv =
                { options.Csv with
                    // the file takes its columns by their positions
                    KeepAll = true
                    Task =
                        // integers are classes for a file that tells classes apart, however many; several targets are no classes
                        if
                            options.Csv.Task = Guess
                            && not isOfSeveral
                            && (file.Outputs > 1 || ForeignFile.isClassifier file)
                        then
                            Classification
                        else
                            options.Csv.Task
                }

            let sets = DataSource.load { options with Csv = csv } argument
            // the classes of the file may be more than those of the data, or in a different order
            ofSets (ForeignFile.forTable sets.Train file) sets

    /// What was found about the data: when it was read, what may make results look better than they are, and what the model's
    /// training shows.
    let notes (data: ModelData) : Note list =
        [
            yield! data.Rows.Notes
            yield! Traps.ofTable data.Rows
            yield! data.Split |> Option.map (Traps.ofSplit data.Rows) |> Option.defaultValue []
            yield! data.Model.Training |> Option.map TrainingRecord.notes |> Option.defaultValue []
        ]

    /// The total number of examples in the data.
    let available (data: ModelData) : int =
        data.Rows.Examples
        + (data.Test |> Option.map _.Examples |> Option.defaultValue 0)

    let private together (first: Table) (second: Table option) : Table =
        match second with
        | None -> first
        | Some second ->
            { first with
                Features = Array.append first.InMemory second.InMemory
                SplitBy = None
                RowNumbers = None
                Weights =
                    if first.Weights.IsNone && second.Weights.IsNone then
                        None
                    else
                        let weights (table: Table) =
                            table.Weights |> Option.defaultWith (fun () -> Array.create table.Examples 1f)

                        Some(Array.append (weights first) (weights second))
                Target =
                    match first.Target, second.Target with
                    | Classes(names, labels), Classes(_, others) -> Classes(names, Array.append labels others)
                    | Quantity values, Quantity others -> Quantity(Array.append values others)
                    | Labels values, Labels others -> Labels(Array.append values others)
                    | _ -> raise (ArgumentException("The targets are of different kinds.", nameof second))
            }

    let private selection part trainedOn (table: Table) rows (data: ModelData) : Selection =
        {
            Table = table
            Rows = rows
            Part = part
            Available = available data
            TrainedOn = trainedOn
        }

    let private whole part trainedOn (table: Table) (data: ModelData) : Selection =
        selection part trainedOn table [| 0 .. table.Examples - 1 |] data

    let private cannotSplit (data: ModelData) part =
        let reason =
            match data.Model.Training with
            | Some record ->
                $"The model was trained on {record.Examples} examples with different targets or in a different order, and this data has {data.Rows.Examples}. Give the training data, or ask for all examples."
            | None -> "The model file does not say how its data was split. Ask for all examples."

        raise (
            HybridException $"{data.Rows.Source}: the {Part.name part} part cannot be reproduced. {reason}"
        )

    let private ofSplit (split: Split) part (data: ModelData) : Selection =
        let rows, trainedOn =
            match part with
            | Part.Validation -> split.Validation, 0
            | Part.Test -> split.Test, 0
            | Part.Calibration -> split.Calibration, 0
            | Part.Train
            | Part.All -> split.Training, split.Training.Length

        if rows.Length = 0 then
            let remedy =
                if part = Part.Calibration then
                    "train with intervals"
                else
                    "train with a share of 0.1 for it"

            raise (
                HybridException
                    $"{data.Rows.Source}: the model was trained without a {Part.name part} part. Choose a different part, or {remedy}."
            )

        selection part trainedOn data.Rows rows data

    /// <summary>A part of the data, reproduced as it was for training.</summary>
    /// <param name="part">None for all examples, or for the test part of data that comes with one.</param>
    /// <param name="data">The training data, if a part is asked for.</param>
    /// <exception cref="T:Hybrid.HybridException">The part cannot be reproduced: these are not the training data, or the
    /// training had no such part.</exception>
    let select (part: Part option) (data: ModelData) : Selection =
        let usual = if data.Test.IsSome then Part.Test else Part.All

        // a training that held no share out was measured on the test part that came with the data
        let isOwn =
            part.IsNone
            || data.Model.Training |> Option.forall (fun record -> record.Test = 0.0)

        match defaultArg part usual, data.Test, data.Split with
        | Part.All, test, split ->
            let trained = split |> Option.map _.Training.Length |> Option.defaultValue 0
            whole Part.All trained (together data.Rows test) data
        | Part.Test, Some test, _ when isOwn -> whole Part.Test 0 test data
        | part, _, Some split -> ofSplit split part data
        | part, _, None -> cannotSplit data part

    /// <summary>The examples that the model was trained on, and held-out ones: those of its test part, or else
    /// of its validation part. Data that does not appear to be the training data is used whole, with nothing held
    /// out.</summary>
    let training (data: ModelData) : Selection * Selection option =
        match data.Split with
        | None -> whole Part.All 0 data.Rows data, None
        | Some split ->
            let heldOut =
                match data.Test with
                | _ when split.Test.Length > 0 -> Some(ofSplit split Part.Test data)
                | Some test -> Some(whole Part.Test 0 test data)
                | None when split.Validation.Length > 0 -> Some(ofSplit split Part.Validation data)
                | None -> None

            ofSplit split Part.Train data, heldOut
