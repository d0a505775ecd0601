namespace Hybrid.Data

open System.IO
open Hybrid
open Hybrid.Core

/// How named data is generated or read.
[<NoComparison>]
type SourceOptions =
    {
        /// For CSV and TSV files.
        Csv: CsvOptions
        /// For the generators.
        Seed: uint64
        /// For the generators; each has its own default.
        Examples: int option
        /// For the generators; each has its own default.
        Noise: float option
        /// For folders of image files; none where there is no decoder.
        Images: ImageDecoder option
        /// For files of tables that are not text.
        Formats: TableFormat list
        /// For tables that are read for a model, or as further examples of another table: what to do about rows that do not fit.
        OnError: RowErrors
        /// For files of tables, whose rows are then kept in a file instead of in memory, and for folders of image files, which then stay
        /// there and are read again in each epoch; none for memory.
        Stream: StreamOptions option
        /// The processes that read the data to train on together, all with the same options: each parses a part of it, and sends the numbers
        /// to the others.
        Ranks: ICommunicator
    }

module SourceOptions =
    /// Tables as by CsvOptions.defaults, generators with the seed 1.
    let defaults: SourceOptions =
        {
            Csv = CsvOptions.defaults
            Seed = 1UL
            Examples = None
            Noise = None
            Images = None
            Formats = []
            OnError = RowErrors.Fail
            Stream = None
            Ranks = Communicator.alone
        }

/// What the argument DATA names: a built-in set, a generator, a folder of images, or a file of a table, in this order.
/// A file with the name of a built-in set or generator is reached as ./NAME.
module DataSource =
    /// The names that are not paths.
    let names: string list =
        List.map fst BuiltIn.all
        @ List.map (fun (generator: Generator) -> generator.Name) Generators.all

    let private builtIn name =
        BuiltIn.all |> List.tryFind (fun (known, _) -> known = name) |> Option.map snd

    let private generator name =
        Generators.all |> List.tryFind (fun generator -> generator.Name = name)

    let private unknown argument =
        let listed = String.concat ", " names

        DataFile.failFile
            argument
            $"there is no such file or folder, and no built-in data set of this name. Built in are {listed}. Check the path."

    /// <summary>Refuses an option of tables for other data, where it means nothing and would be ignored silently.</summary>
    /// <param name="option">The option's property.</param>
    /// <param name="argument">A built-in name, a folder, or a file.</param>
    /// <exception cref="T:Hybrid.OptionException">The argument names data that is not a table in a file.</exception>
    let requireTable (option: string) (argument: string) : unit =
        let other =
            match builtIn argument, generator argument with
            | Some _, _ -> Some "a built-in data set"
            | _, Some _ -> Some "generated data"
            | _ when Directory.Exists argument -> Some "a folder"
            | _ -> None

        match other with
        | Some other ->
            raise (
                OptionException(
                    option,
                    $"applies only to tables in files, such as CSV, and {Printable.quote argument} is {other}"
                )
            )
        | None -> ()

    let private rejectTableOptions source (options: CsvOptions) =
        [
            OptionName.Target, not options.Targets.IsEmpty
            OptionName.Weight, options.Weight.IsSome
            OptionName.Ignore, not options.Ignore.IsEmpty
            OptionName.Categorical, not options.Categorical.IsEmpty
            OptionName.Numeric, not options.Numeric.IsEmpty
            OptionName.Embed, not options.Embedded.IsEmpty
            OptionName.Missing, not options.Missing.IsEmpty
            OptionName.Header, options.Header.IsSome
            OptionName.Group, (options.SplitBy |> Option.exists _.IsGroup)
            OptionName.Time, (options.SplitBy |> Option.exists _.IsTime)
            OptionName.Task, (options.Task = TaskChoice.Regression)
        ]
        |> List.iter (fun (option, isGiven) ->
            if isGiven then
                requireTable option source)

    let private generate options (generator: Generator) =
        Generators.generate
            generator
            options.Seed
            (defaultArg options.Examples generator.Examples)
            (defaultArg options.Noise generator.Noise)

    let private sharedImages
        (ranks: ICommunicator)
        (streaming: StreamOptions option)
        (decoder: ImageDecoder option)
        (folder: string)
        : Sets =
        match decoder with
        | Some decoder -> ImageFolder.readShared ranks streaming decoder folder
        | None ->
            DataFile.failFile
                folder
                "image files are read by the package Hybrid.Images, which the program lacks: reference it, or give MNIST's or CIFAR's files."

    /// <summary>Reads a folder of images by class: see ImageFolder.readFolder.</summary>
    /// <param name="streaming">If images are to stay in their files.</param>
    /// <param name="decoder">The reader of their files, if there is one.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="T:Hybrid.TableException">As for ImageFolder.readFolder; or there is no reader.</exception>
    let imageFiles (streaming: StreamOptions option) (decoder: ImageDecoder option) (folder: string) : Sets =
        sharedImages Communicator.alone streaming decoder folder

    /// Images in CIFAR's or MNIST's files, or in files of their own.
    let private images (options: SourceOptions) (folder: string) : Sets =
        if Cifar.isFolder folder then
            Cifar.readFolder folder
        elif Idx.isFolder folder || not (ImageFolder.isFolder folder) then
            Idx.readFolder folder
        else
            sharedImages options.Ranks options.Stream options.Images folder

    /// Data sets that are not tables, if the argument names one.
    let private tryNamed options argument : Sets option =
        match builtIn argument, generator argument with
        | Some read, _ -> Some { Train = read (); Test = None }
        | _, Some generator ->
            Some
                {
                    Train = generate options generator
                    Test = None
                }
        | _ when Directory.Exists argument -> Some(images options argument)
        | _ -> None

    /// Reads a file's table, which is text unless the file begins as one of the formats; those always have names.
    let private readTable
        (options: SourceOptions)
        (header: bool option)
        (path: string)
        (read: TableInput -> 'result)
        : 'result =
        let isOf (beginning: byte[]) (format: TableFormat) = format.Matches beginning

        let format =
            if options.Formats.IsEmpty then
                None
            else
                List.tryFind (isOf (DataFile.beginning 16 path)) options.Formats

        match format with
        | None -> read (TableInput.File path)
        | Some _ when header.IsSome ->
            raise (
                OptionException(
                    OptionName.Header,
                    $"applies only to tables that are text, such as CSV, and {Printable.quote path} has names for its columns"
                )
            )
        | Some format ->
            let rows = format.Rows(DataFile.nameOf path, fun () -> DataFile.openStream path)
            DataFile.unchanged path (fun () -> read (TableInput.ofRows rows))

    /// <summary>Reads or generates the data to train on.</summary>
    /// <param name="options">For tables and generators.</param>
    /// <param name="argument">A built-in name, a folder, or a file.</param>
    /// <exception cref="T:Hybrid.TableException">Nothing has this name, or it cannot be read.</exception>
    let load (options: SourceOptions) (argument: string) : Sets =
        match tryNamed options argument with
        | Some sets ->
            rejectTableOptions argument options.Csv

            if options.Stream.IsSome && sets.Train.Stored.IsNone then
                raise (
                    OptionException(
                        nameof options.Stream,
                        $"applies only to tables in files and to folders of PNG and JPEG files by class, and {Printable.quote argument} is neither"
                    )
                )

            sets
        | None when DataFile.exists argument ->
            {
                Train =
                    readTable
                        options
                        options.Csv.Header
                        argument
                        (CsvRanks.read options.Ranks options.Stream options.Csv)
                Test = None
            }
        | None -> unknown argument

    /// Data sets that are not tables, for a model.
    let private tryNamedFor schema options (table: ModelCsvOptions) argument =
        tryNamed options argument
        |> Option.map (fun sets ->
            if not table.Targets.IsEmpty then
                requireTable OptionName.Target argument

            if table.Weight.IsSome then
                requireTable OptionName.Weight argument

            let batch = Table.forSchema schema
            struct (batch sets.Train, Option.map batch sets.Test))

    /// <summary>Reads data for a model: everything but the test part, and the test part if the data has one.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">For generators.</param>
    /// <param name="table">For tables: header, and whether the target is read.</param>
    /// <param name="argument">A built-in name, a folder, or a file.</param>
    /// <exception cref="T:Hybrid.TableException">Nothing has this name, or it does not fit the model.</exception>
    let loadPartsFor
        (schema: Schema)
        (options: SourceOptions)
        (table: ModelCsvOptions)
        (argument: string)
        : struct (TableRows * TableRows option) =
        match tryNamedFor schema options table argument with
        | Some parts -> parts
        | None when DataFile.exists argument ->
            let rows =
                readTable options table.Header argument (fun input ->
                    match options.Stream with
                    | Some streaming -> CsvForModel.streamed streaming schema table input
                    | None -> CsvForModel.whole schema table input)

            struct (rows, None)
        | None -> unknown argument

    /// <summary>Reads further examples for a table, with its columns and its target, and what its splits respect.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">For generators; of a table whether the first row holds names, and what to do about rows that do not
    /// fit.</param>
    /// <param name="argument">A built-in name, a folder, of which it is the test part, or a file.</param>
    /// <exception cref="T:Hybrid.TableException">Nothing has this name, or it lacks columns: they are listed.</exception>
    let loadLike (table: Table) (options: SourceOptions) (argument: string) : Table =
        let schema = Schema.ofTable table

        let struct (rows, test) =
            loadPartsFor
                schema
                options
                { ModelCsvOptions.evaluate with
                    Header = options.Csv.Header
                    OnError = options.OnError
                    SplitBy = table.SplitBy |> Option.map _.Role
                }
                argument

        Table.ofRows schema (defaultArg test rows)

    /// <summary>Reads data for a model; of a folder only the test part, if it has one.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">For generators.</param>
    /// <param name="table">For tables: header, and whether the target is read.</param>
    /// <param name="argument">A built-in name, a folder, or a file.</param>
    /// <exception cref="T:Hybrid.TableException">Nothing has this name, or it does not fit the model.</exception>
    let loadFor
        (schema: Schema)
        (options: SourceOptions)
        (table: ModelCsvOptions)
        (argument: string)
        : TableRows =
        let struct (rows, test) = loadPartsFor schema options table argument
        defaultArg test rows

    let private readNamed
        (schema: Schema)
        (options: SourceOptions)
        (table: ModelCsvOptions)
        (size: int)
        (argument: string)
        (action: RowBatch -> unit)
        : unit =
        match tryNamedFor schema options table argument with
        | Some(rows, test) ->
            if not table.Keep.IsEmpty then
                requireTable OptionName.Keep argument

            let rows = defaultArg test rows

            action
                {
                    Rows = rows
                    Kept = Array.create rows.Examples Array.empty
                    Skipped = 0
                    Mended = 0
                }
        | None when DataFile.exists argument ->
            readTable options table.Header argument (fun input ->
                CsvForModel.each schema table input size action)
        | None -> unknown argument

    /// <summary>Reads what <c>loadFor</c> reads and passes it on: a table, or images without classes, in batches, so that
    /// data of any length fit, other data in one piece.</summary>
    /// <param name="schema">What the model expects.</param>
    /// <param name="options">For generators.</param>
    /// <param name="table">For tables: header, and whether the target is read.</param>
    /// <param name="size">The number of rows in a batch of a table.</param>
    /// <param name="argument">A built-in name, a folder, or a file.</param>
    /// <param name="action">Called with each batch, in order.</param>
    /// <exception cref="T:Hybrid.TableException">Nothing has this name, or it does not fit the model.</exception>
    let readBatches
        (schema: Schema)
        (options: SourceOptions)
        (table: ModelCsvOptions)
        (size: int)
        (argument: string)
        (action: RowBatch -> unit)
        : unit =
        let images =
            options.Images
            |> Option.map (fun decoder -> decoder, ImageFolder.unlabelled decoder argument)
            |> Option.filter (fun (_, files) -> files.Length > 0)

        match images with
        | Some(decoder, files) -> ImageFolder.readBatches decoder schema table.Keep size argument files action
        | None -> readNamed schema options table size argument action
