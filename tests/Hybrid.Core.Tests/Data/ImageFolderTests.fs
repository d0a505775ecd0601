module Hybrid.Tests.ImageFolderTests

open System.IO
open Hybrid.Core
open Hybrid.Data
open Hybrid.Kernels
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Xunit

/// Files of three bytes, which are their extents, and of a fourth, which is each of their numbers.
let private decoder =
    { new ImageDecoder with
        member _.Endings = [ ".img" ]

        member _.Shape file =
            if file.Length < 4 then
                raise (InvalidDataException "it is truncated.")

            {
                Channels = int file[0]
                Height = int file[1]
                Width = int file[2]
            }

        member this.Pixels file =
            Array.create (this.Shape file).Size file[3]
    }

let private write (folder: string) (files: (string * byte list) list) : unit =
    for name, bytes in files do
        let path = Path.Combine(folder, name)
        Directory.CreateDirectory(Path.GetDirectoryName path) |> ignore
        File.WriteAllBytes(path, Array.ofList bytes)

let private read (files: (string * byte list) list) : Sets =
    inFolder (fun folder ->
        write folder files

        DataSource.load
            { SourceOptions.defaults with
                Images = Some decoder
            }
            folder)

[<Fact>]
let ``Folders of a part – of classes – are read in the order of their names, without other files`` () =
    let sets =
        read
            [
                "train/dog/2.IMG", [ 1uy; 1uy; 2uy; 7uy ]
                "train/dog/1.img", [ 1uy; 1uy; 2uy; 6uy ]
                "train/cat/1.img", [ 1uy; 1uy; 2uy; 5uy ]
                "train/dog/notes.txt", []
                "train/.hidden/1.img", []
                "test/dog/1.img", [ 1uy; 1uy; 2uy; 8uy ]
            ]

    Assert.Equal(Classes([| "cat"; "dog" |], [| 0; 1; 1 |]), sets.Train.Target)
    Assert.Equal<float32[]>([| 5f; 5f; 6f; 6f; 7f; 7f |], sets.Train.Features)
    Assert.Equal(Classes([| "cat"; "dog" |], [| 1 |]), sets.Test.Value.Target)

    Assert.Equal(Some { Channels = 1; Height = 1; Width = 2 }, sets.Train.Image)

[<Fact>]
let ``Folders of classes by themselves are training data`` () =
    let sets =
        read [ "a/1.img", [ 3uy; 2uy; 2uy; 1uy ]; "b/1.img", [ 3uy; 2uy; 2uy; 2uy ] ]

    Assert.Equal(12, sets.Train.Columns.Length)
    Assert.True sets.Test.IsNone

[<Fact>]
let ``An image unlike the first – of another size or number of channels – names both files and shapes`` () =
    for other in [ [ 1uy; 2uy; 3uy; 0uy ]; [ 3uy; 2uy; 2uy; 0uy ] ] do
        failsWith
            [
                "b/1.img"
                $"is {other[0]}×{other[1]}×{other[2]} (channels × height × width)"
                "a/1.img is 1×2×2"
                "the same size and the same channels"
            ]
            (fun () -> read [ "a/1.img", [ 1uy; 2uy; 2uy; 0uy ]; "b/1.img", other ])

[<Fact>]
let ``A damaged folder is an error that names what is wrong`` () =
    failsWith [ "a/1.img"; "it is truncated. Replace the file" ] (fun () ->
        read [ "a/1.img", [ 1uy ]; "b/1.img", [] ])

    failsWith [ "b/1.img"; "200×200×200"; "at most 262,144 numbers" ] (fun () ->
        read [ "a/1.img", [ 1uy; 2uy; 2uy; 0uy ]; "b/1.img", [ 200uy; 200uy; 200uy; 0uy ] ])

    failsWith [ "no folders with images (.img)" ] (fun () -> read [ "a/1.txt", [] ])
    failsWith [ "every image has the label a" ] (fun () -> read [ "a/1.img", [ 1uy; 2uy; 2uy; 0uy ] ])

    failsWith [ "no training images of the class «c»"; "a, b" ] (fun () ->
        read
            [
                for name in [ "train/a"; "train/b"; "test/c" ] -> $"{name}/1.img", [ 1uy; 1uy; 1uy; 1uy ]
            ])

    failsWith [ "the package Hybrid.Images" ] (fun () ->
        inFolder (fun folder ->
            Directory.CreateDirectory(Path.Combine(folder, "a")) |> ignore
            DataSource.load SourceOptions.defaults folder))

[<Fact>]
let ``Images of a different shape than a model's – are refused with both shapes`` () =
    let table shape =
        ImageTable.create "new" shape [| "a"; "b" |] [| 0; 1 |] (Array.zeroCreate (2 * shape.Size))

    let first = { Channels = 3; Height = 2; Width = 4 }

    let schema = Schema.ofTable (table first)
    Assert.Equal(24, (Table.featuresFor schema (table first)).Length / 2)

    failsWith
        [
            "its images are 4×2×3 (channels × height × width), but the model takes 3×2×4"
        ]
        (fun () -> Table.featuresFor schema (table { Channels = 4; Height = 2; Width = 3 }))

// ---- streamed

/// Twelve images of each of two classes, some of them for testing.
let private pictures: (string * byte list) list =
    [
        for part, count in [ "train", 12; "test", 2 ] do
            for label, least in [ "bright", 100; "dark", 0 ] do
                for i in 1..count do
                    $"{part}/{label}/{i:D2}.img", [ 1uy; 2uy; 3uy; byte (least + 5 * i) ]
    ]

/// The folder with a training on it, which must not outlast it.
let private withFolder files (action: (StreamOptions option -> Sets) -> string -> 'result) : 'result =
    inFolder (fun folder ->
        write folder files

        action
            (fun streaming ->
                DataSource.load
                    { SourceOptions.defaults with
                        Images = Some decoder
                        Stream = streaming
                    }
                    folder)
            folder)

let private options: Options =
    { Options.defaults with
        Hidden = Some [ 4 ]
        BatchSize = Some 5
        Epochs = Some 3
    }

[<Theory>]
[<InlineData(1)>]
[<InlineData(7)>]
[<InlineData(1000)>]
let ``A streamed folder trains to the bits of one in memory, whatever the buffer`` (buffer: int) =
    withFolder pictures (fun load _ ->
        use engine = CpuEngine.Create(2, null)
        let memory, stream = load None, load (Some { Buffer = Some buffer })
        Assert.Empty stream.Train.Features
        Assert.Equal(memory.Train.Target, stream.Train.Target)
        Assert.Equal(memory.Train.Image, stream.Train.Image)
        Assert.Equal<Column[]>(memory.Train.Columns, stream.Train.Columns)

        let expected, actual =
            Recipe.train engine options memory, Recipe.train engine options stream

        Assert.Equal<float[]>(numbers expected.Model.Network, numbers actual.Model.Network)
        Assert.Equal(expected.Train, actual.Train)
        Assert.Equal(expected.Test, actual.Test))

[<Fact>]
let ``A model is measured on the test part of a streamed folder`` () =
    withFolder pictures (fun load folder ->
        use engine = CpuEngine.Create(2, null)
        let model = (Recipe.train engine options (load None)).Model

        let measures streaming =
            let source =
                { SourceOptions.defaults with
                    Images = Some decoder
                    Stream = streaming
                }

            let selection =
                ModelData.select None (ModelData.load source folder (ModelFile.Own model))

            Assert.Equal(Part.Test, selection.Part)
            Evaluation.evaluate engine selection.Table model

        Assert.Equal(measures None, measures (Some { Buffer = None })))

[<Fact>]
let ``Damaged images of a streamed folder are refused before training, those that change later when they are read``
    ()
    =
    for file in [ "train/dark/07.img"; "test/bright/02.img" ] do
        for bytes in [ [ 1uy ]; [ 1uy; 3uy; 3uy; 0uy ] ] do
            let files = pictures |> List.filter (fun (name, _) -> name <> file)

            let message streaming =
                withFolder ((file, bytes) :: files) (fun load folder ->
                    Assert
                        .Throws<TableException>(fun () -> load streaming |> ignore)
                        .Message.Replace(folder, ""))

            Assert.Equal(message None, message (Some { Buffer = None }))

    withFolder pictures (fun load folder ->
        use engine = CpuEngine.Create(1, null)
        let stream = load (Some { Buffer = Some 4 })
        File.Delete(Path.Combine(folder, "train/dark/07.img"))

        failsWith [ "train/dark/07.img" ] (fun () -> Recipe.train engine options stream))

[<Fact>]
let ``What is neither a table nor a folder of image files is not streamed`` () =
    let error =
        Assert.Throws<OptionException>(fun () ->
            DataSource.load
                { SourceOptions.defaults with
                    Stream = Some { Buffer = None }
                }
                "iris"
            |> ignore)

    Assert.Contains(
        "applies only to tables in files and to folders of PNG and JPEG files by class",
        error.Message
    )
