module Hybrid.Tests.CifarTests

open System.IO
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private plane = 32 * 32

/// Labels, and an image whose three channels are all 1, 2 and 3 but for the number of the image in the first pixel's red.
let private image (number: int) (labels: byte list) : byte[] =
    let pixels =
        Array.concat [ for channel in 1..3 -> Array.create plane (byte channel) ]

    pixels[0] <- byte number
    Array.append (Array.ofList labels) pixels

let private read (files: (string * byte[]) list) : Sets =
    inFolder (fun folder ->
        for name, bytes in files do
            File.WriteAllBytes(Path.Combine(folder, name), bytes)

        DataSource.load SourceOptions.defaults folder)

[<Fact>]
let ``A folder that does not exist is called so`` () =
    failsWith [ "the folder does not exist" ] (fun () -> Cifar.readFolder "no such folder")

[<Fact>]
let ``Batches – plain and packed – are one part, pixel by pixel, with the names of the classes`` () =
    let names = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n" |> System.Text.Encoding.UTF8.GetBytes

    let sets =
        read
            [
                "data_batch_1.bin", Array.append (image 10 [ 3uy ]) (image 11 [ 0uy ])
                "data_batch_2.bin.gz", gzip (image 12 [ 9uy ])
                "test_batch.bin", image 13 [ 1uy ]
                "batches.meta.txt", names
            ]

    Assert.Equal(
        Some
            {
                Height = 32
                Width = 32
                Channels = 3
            },
        sets.Train.Image
    )

    Assert.Equal(3 * plane, sets.Train.Columns.Length)

    Assert.Equal<float32[]>([| 10f; 2f; 3f; 1f; 2f; 3f |], sets.Train.Features[..5])

    Assert.Equal(12f, sets.Train.Features[2 * 3 * plane])
    Assert.Equal(Classes([| for c in 'a' .. 'j' -> string c |], [| 3; 0; 9 |]), sets.Train.Target)
    Assert.Equal(13f, sets.Test.Value.Features[0])

[<Fact>]
let ``Images of two labels – without names – have the second one as a number`` () =
    let sets = read [ "train.bin", image 10 [ 7uy; 99uy ] ]
    Assert.Equal(Classes(Array.init 100 string, [| 99 |]), sets.Train.Target)
    Assert.Equal(10f, sets.Train.Features[0])
    Assert.True sets.Test.IsNone

[<Fact>]
let ``A damaged file is an error that names it`` () =
    let fails parts files =
        failsWith ("data_batch_1.bin" :: parts) (fun () -> read files)

    let whole = image 1 [ 3uy ]

    fails
        [ "truncated"; "image 2"; "has 100 bytes of 3073" ]
        [ "data_batch_1.bin", Array.append whole whole[..99] ]

    fails [ "empty" ] [ "data_batch_1.bin", [||] ]
    fails [ "image 1"; "label 10, but there are 10 classes" ] [ "data_batch_1.bin", image 1 [ 10uy ] ]

    failsWith [ "batches.meta.txt"; "10 different names"; "2 lines" ] (fun () ->
        read [ "data_batch_1.bin", whole; "batches.meta.txt", "a\nb\n"B ])
