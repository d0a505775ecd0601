namespace Hybrid.Data

open System
open System.IO

/// <summary>Folders of CIFAR-10 and CIFAR-100 in their binary version, each file gzipped or not: an image is a byte for its label (of
/// CIFAR-100, for its coarse and its fine label) and 3 × 32 × 32 bytes, channel by channel.</summary>
/// <remarks>Krizhevsky, "Learning multiple layers of features from tiny images" (2009).</remarks>
[<RequireQualifiedAccess>]
module Cifar =
    let private shape =
        {
            Height = 32
            Width = 32
            Channels = 3
        }

    /// What a folder holds.
    type private Layout =
        {
            Train: string list
            Test: string option
            /// The bytes before an image, of which the last one is its label.
            LabelBytes: int
            /// The file with the names of the classes.
            Names: string
            Classes: int
        }

    /// The file of a name, plain before gzip.
    let private tryFile (folder: string) (name: string) : string option =
        [ name; name + ".gz" ]
        |> List.map (fun name -> Path.Combine(folder, name))
        |> List.tryFind File.Exists

    let private tryLayout (folder: string) : Layout option =
        let file = tryFile folder

        match List.choose (fun i -> file $"data_batch_{i}.bin") [ 1..9 ], file "train.bin" with
        | [], None -> None
        | (_ :: _ as batches), _ ->
            Some
                {
                    Train = batches
                    Test = file "test_batch.bin"
                    LabelBytes = 1
                    Names = "batches.meta.txt"
                    Classes = 10
                }
        | [], Some train ->
            Some
                {
                    Train = [ train ]
                    Test = file "test.bin"
                    LabelBytes = 2
                    Names = "fine_label_names.txt"
                    Classes = 100
                }

    /// Whether a folder has such files.
    let isFolder (folder: string) : bool = (tryLayout folder).IsSome

    /// Numbers, unless the folder names the classes.
    let private classes (folder: string) (layout: Layout) : string[] =
        match tryFile folder layout.Names with
        | None -> Array.init layout.Classes string
        | Some path ->
            let names =
                DataFile.read path (fun stream ->
                    // names of classes are short: a file of another kind is not read to its end
                    let bytes = Array.zeroCreate<byte> 65536
                    let text = Text.Encoding.UTF8.GetString(bytes, 0, DataFile.fill stream bytes)

                    text.Split(
                        '\n',
                        StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries
                    ))

            if names.Length <> layout.Classes || (Array.distinct names).Length <> names.Length then
                DataFile.failFile
                    path
                    $"it must have {layout.Classes} different names, one in a line, but has {names.Length} lines. Correct it, or remove it: classes are then named by number."

            names

    /// Appends the images of a file.
    let private append (layout: Layout) (rows: RowStore) (labels: ResizeArray<int>) (path: string) : unit =
        let plane = shape.Height * shape.Width
        let image = Array.zeroCreate<byte>(layout.LabelBytes + shape.Size)

        DataFile.read path (fun stream ->
            let mutable length = DataFile.fill stream image

            if length = 0 then
                DataFile.failFile path "the file is empty. Download it again."

            while length > 0 do
                if length < image.Length then
                    DataFile.failFile
                        path
                        $"the file is truncated: image {labels.Count + 1} of the part has {length} bytes of {image.Length}. Download it again."

                let label = int image[layout.LabelBytes - 1]

                if label >= layout.Classes then
                    DataFile.failFile
                        path
                        $"image {labels.Count + 1} of the part has the label {label}, but there are {layout.Classes} classes. Is this CIFAR's binary version?"

                labels.Add label
                let row = rows.Add()

                for channel in 0 .. shape.Channels - 1 do
                    for pixel in 0 .. plane - 1 do
                        row[pixel * shape.Channels + channel] <-
                            float32 image[layout.LabelBytes + channel * plane + pixel]

                length <- DataFile.fill stream image)

    /// <summary>Reads a folder with <c>data_batch_1.bin</c> … and <c>test_batch.bin</c>, as of CIFAR-10, or with <c>train.bin</c> and
    /// <c>test.bin</c>, as of CIFAR-100, of which the fine labels are the classes; the test file may be absent.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>One column per number of an image, pixel by pixel, all in one unit; the classes are named by
    /// <c>batches.meta.txt</c> or <c>fine_label_names.txt</c>, or by number.</returns>
    /// <exception cref="T:Hybrid.TableException">A file is missing or damaged.</exception>
    let readFolder (path: string) : Sets =
        DataFile.ofFolder path (fun () -> Directory.GetFiles path |> ignore)

        match tryLayout path with
        | None ->
            DataFile.failFile
                path
                "the folder has no data_batch_1.bin and no train.bin (or .gz). Give CIFAR's binary version."
        | Some layout ->
            let classes = classes path layout

            let table files =
                use rows = new RowStore(path, shape.Size)
                let labels = ResizeArray<int>()
                files |> List.iter (append layout rows labels)
                ImageTable.create path shape classes (labels.ToArray()) (rows.ToArray())

            {
                Train = table layout.Train
                Test = layout.Test |> Option.map (fun file -> table [ file ])
            }
