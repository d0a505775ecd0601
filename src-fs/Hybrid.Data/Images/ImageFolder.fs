namespace Hybrid.Data

open System
open System.IO
open Hybrid
open Hybrid.Core

/// <summary>Folders of images by class: <c>train/CLASS/*.png</c> and <c>test/CLASS/*.png</c>, or only <c>CLASS/*.png</c>; PNG and JPEG
/// files, all of the same size and number of channels.</summary>
[<RequireQualifiedAccess>]
module ImageFolder =
    let private sorted (folder: string) (list: string -> string[]) : string[] =
        DataFile.ofFolder folder (fun () ->
            list folder |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b)))

    /// Hidden folders, whose names begin with a point, are not classes.
    let private folders (folder: string) : string[] =
        sorted folder Directory.GetDirectories
        |> Array.filter (fun path -> not ((Path.GetFileName path).StartsWith '.'))

    let private isImage (decoder: ImageDecoder) (path: string) : bool =
        let name = Path.GetFileName path

        not (name.StartsWith '.')
        && List.contains (Path.GetExtension(name).ToLowerInvariant()) decoder.Endings

    let private images (decoder: ImageDecoder) (folder: string) : string[] =
        sorted folder Directory.GetFiles |> Array.filter (isImage decoder)

    let private endings (decoder: ImageDecoder) = String.concat ", " decoder.Endings

    /// What is said of files in folders of classes that are not read.
    let private leftOut (decoder: ImageDecoder) (folders: string[]) : Note list =
        let others =
            folders
            |> Array.collect (fun folder -> sorted folder Directory.GetFiles)
            |> Array.filter (fun path -> not ((Path.GetFileName path).StartsWith '.' || isImage decoder path))

        if others.Length = 0 then
            []
        else
            let kinds =
                others
                |> Array.countBy (fun path -> (Path.GetExtension path).ToLowerInvariant())
                |> Array.sortByDescending snd
                |> Array.truncate 5
                |> Array.map (fun (ending, count) ->
                    $"""{count} {if ending = "" then "without an ending" else ending}""")
                |> String.concat ", "

            [
                {
                    Columns = []
                    Says =
                        $"of the files in the folders of classes {others.Length} are left out ({kinds}), such as {others[0]}: images are {endings decoder}"
                    Remedies = []
                }
            ]

    let private part (folder: string) (name: string) : string option =
        folders folder
        |> Array.tryFind (fun path ->
            String.Equals(Path.GetFileName path, name, StringComparison.OrdinalIgnoreCase))

    /// Whether a folder has folders of images, or those of its parts.
    let internal isFolder (folder: string) : bool = (folders folder).Length > 0

    /// The images of a part, in memory or, if they are streamed, in their files, each of which is then read once to check it.
    let private table
        (ranks: ICommunicator)
        (streaming: StreamOptions option)
        decoder
        source
        (classes: string[])
        first
        (files: (string * string[]) list)
        : Table =
        let labels =
            [|
                for name, files in files do
                    match Array.IndexOf(classes, name) with
                    | -1 ->
                        DataFile.failFile
                            source
                            $"there are no training images of the class {Advice.quote name}. The training classes are {Advice.list classes}."
                    | label -> Array.create files.Length label
            |]
            |> Array.concat

        let paths = files |> List.map snd |> Array.concat
        let shape: ImageShape = snd first

        if ranks.Size > 1 then
            String.Join('\n', [ for name, files in files -> $"{name} {files.Length}" ])
            |> System.Text.Encoding.UTF8.GetBytes
            |> Gather.requireSame ranks

        let rows buffer =
            ImageRows(decoder, first, paths, buffer)

        match streaming with
        | None ->
            ImageTable.requireMemory source paths.LongLength shape
            ImageTable.create source shape classes labels ((rows 1).All ranks)
        | Some streaming ->
            let rows = rows (Streaming.buffer streaming shape.Size)
            rows.Check ranks
            ImageTable.ofStored source shape classes labels rows

    /// Reads a folder of images as readFolder does, by several ranks, each of which reads its part of the files.
    let internal readShared
        (ranks: ICommunicator)
        (streaming: StreamOptions option)
        (decoder: ImageDecoder)
        (path: string)
        : Sets =
        if not (Directory.Exists path) then
            DataFile.failFile path "the folder does not exist. Check the path."

        let classesOf (folder: string) : (string * string[]) list =
            folders folder
            |> Array.map (fun folder -> Path.GetFileName folder, images decoder folder)
            |> Array.filter (fun (_, files) -> files.Length > 0)
            |> List.ofArray

        let trainFolder = part path "train" |> Option.defaultValue path
        let train = classesOf trainFolder

        if train.IsEmpty then
            DataFile.failFile
                trainFolder
                $"it has no folders with images ({endings decoder}). Give a folder with one folder of images per class, in train and test or by itself."

        let classes = train |> List.map fst |> Array.ofList
        ImageTable.requireClasses trainFolder classes
        let first = (snd train.Head)[0]
        let first = first, ImageFile.shape decoder first (ImageFile.bytes first)

        let testFolder = if trainFolder = path then None else part path "test"

        let notes =
            trainFolder :: Option.toList testFolder
            |> Array.ofList
            |> Array.collect folders
            |> leftOut decoder

        {
            Train =
                { table ranks streaming decoder path classes first train with
                    Notes = notes
                }
            Test =
                testFolder
                |> Option.map (fun folder ->
                    match classesOf folder with
                    | [] ->
                        DataFile.failFile
                            folder
                            "it has no folders with images. Add them, or remove the folder."
                    | test -> table ranks streaming decoder folder classes first test)
        }

    /// <summary>Reads a folder of images by class.</summary>
    /// <param name="streaming">If images are to stay in their files, which are read again in each epoch.</param>
    /// <param name="decoder">Reads the image files, by several threads.</param>
    /// <param name="path">The folder: with folders train and, if there is one, test, of which each has a folder per class; or with
    /// a folder per class. What is hidden is left out, and files that are not images, which a note counts.</param>
    /// <returns>One column per number of an image, 0 … 255, pixel by pixel, all in one unit; the classes are the names of the training
    /// folders in their order.</returns>
    /// <exception cref="T:Hybrid.TableException">There are no images, one is damaged, or of a different size or number of channels
    /// than the first.</exception>
    let readFolder (streaming: StreamOptions option) (decoder: ImageDecoder) (path: string) : Sets =
        readShared Communicator.alone streaming decoder path

    /// <summary>The images that a path names without classes: one file, or those in a folder that has no folders of images.</summary>
    /// <param name="decoder">Reads the image files.</param>
    /// <param name="path">The file or folder.</param>
    /// <returns>Their paths; none if the path is of something else.</returns>
    let unlabelled (decoder: ImageDecoder) (path: string) : string[] =
        if File.Exists path then
            if isImage decoder path then [| path |] else [||]
        elif not (Directory.Exists path) then
            [||]
        else
            let own = images decoder path

            let hasClasses (folder: string) =
                folders folder
                |> Array.exists (fun folder -> (images decoder folder).Length > 0)

            if
                own.Length = 0
                || hasClasses path
                || part path "train" |> Option.exists hasClasses
            then
                [||]
            else
                own

    /// <summary>The extents of the first of the images that a path names without classes; none if it names none.</summary>
    /// <exception cref="T:Hybrid.TableException">The image is damaged.</exception>
    let unlabelledShape (decoder: ImageDecoder) (path: string) : ImageShape option =
        unlabelled decoder path
        |> Array.tryHead
        |> Option.map (fun first -> ImageFile.shape decoder first (ImageFile.bytes first))

    /// <summary>Reads images without classes for a model, some at a time.</summary>
    /// <param name="decoder">Reads the image files.</param>
    /// <param name="schema">What the model takes.</param>
    /// <param name="keep">What to pass on of each image: nothing, or file, its name.</param>
    /// <param name="size">The number of images at a time.</param>
    /// <param name="source">The file or folder, for messages.</param>
    /// <param name="files">The images: see unlabelled.</param>
    /// <param name="action">Called with each batch, in order.</param>
    /// <exception cref="T:Hybrid.TableException">The model does not take images, or one is damaged or of another size.</exception>
    /// <exception cref="T:Hybrid.OptionException">Something else is to be passed on.</exception>
    let internal readBatches
        (decoder: ImageDecoder)
        (schema: Schema)
        (keep: string list)
        (size: int)
        (source: string)
        (files: string[])
        (action: RowBatch -> unit)
        : unit =
        match keep |> List.tryFind ((<>) "file") with
        | Some other ->
            raise (
                OptionException(
                    OptionName.Keep,
                    $"is file for images, their names, not {Printable.quote other}"
                )
            )
        | None -> ()

        match schema.Reading.Image with
        | None ->
            DataFile.failFile
                source
                "the model does not say that it takes images: it was not trained on images. Give a table."
        | Some shape ->
            for part in Array.chunkBySize size files do
                let pixels = Array.zeroCreate (part.Length * shape.Size)

                ImageRows(decoder, ("the model's", shape), part, 1).Read([| 0 .. part.Length - 1 |], pixels)

                action
                    {
                        Rows =
                            {
                                Source = source
                                Features = pixels
                                Examples = part.Length
                                Target = None
                                Weights = None
                                Stored = None
                                OneUnit = true
                                SplitBy = None
                                RowNumbers = None
                                Notes = []
                            }
                        Kept = part |> Array.map (fun path -> [| for _ in keep -> Path.GetFileName path |])
                        Skipped = 0
                        Mended = 0
                    }
