module Hybrid.Tests.IdxTests

open System
open System.IO
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private images = idx 0x08uy [ 3; 2; 2 ] [| 0uy .. 11uy |]
let private labels' = idx 0x08uy [ 3 ] [| 7uy; 2uy; 7uy |]

let private readFiles (files: (string * byte[]) list) =
    inFolder (fun folder ->
        for name, bytes in files do
            File.WriteAllBytes(Path.Combine(folder, name), bytes)

        Idx.readFolder folder)

let private readPair images labels =
    readFiles [ "train-images-idx3-ubyte", images; "train-labels-idx1-ubyte", labels ]

[<Fact>]
let ``Images and labels are read from plain and packed files, also with dots in their names`` () =
    let sets =
        readFiles
            [
                "train-images-idx3-ubyte.gz", gzip images
                "train-labels.idx1-ubyte", labels'
                "t10k-images.idx3-ubyte.gz", gzip (idx 0x08uy [ 1; 2; 2 ] [| 9uy; 8uy; 7uy; 255uy |])
                "t10k-labels-idx1-ubyte", idx 0x08uy [ 1 ] [| 7uy |]
            ]

    Assert.Equal<float32[]>(Array.init 12 float32, sets.Train.Features)

    Assert.Equal<string[]>(
        [| "pixel1"; "pixel2"; "pixel3"; "pixel4" |],
        sets.Train.Columns |> Array.map _.Name
    )

    Assert.Equal(Classes([| "2"; "7" |], [| 1; 0; 1 |]), sets.Train.Target)
    Assert.True sets.Train.OneUnit
    Assert.Equal<float32[]>([| 9f; 8f; 7f; 255f |], sets.Test.Value.Features)
    Assert.Equal(Classes([| "2"; "7" |], [| 1 |]), sets.Test.Value.Target)

[<Fact>]
let ``All value types are read`` () =
    let read code values =
        (readPair (idx code [ 2; 1 ] values) (idx 0x08uy [ 2 ] [| 0uy; 1uy |])).Train.Features

    let reversed (bytes: byte[][]) = bytes |> Array.collect Array.rev
    Assert.Equal<float32[]>([| -1f; 5f |], read 0x09uy [| 255uy; 5uy |])

    Assert.Equal<float32[]>(
        [| -2f; 300f |],
        read 0x0Buy (reversed [| BitConverter.GetBytes -2s; BitConverter.GetBytes 300s |])
    )

    Assert.Equal<float32[]>([| -2f; 70000f |], read 0x0Cuy (Array.append (bigEndian -2) (bigEndian 70000)))

    Assert.Equal<float32[]>(
        [| -2.5f; 1f |],
        read 0x0Duy (reversed [| BitConverter.GetBytes -2.5f; BitConverter.GetBytes 1f |])
    )

    Assert.Equal<float32[]>(
        [| -2.5f; 1f |],
        read 0x0Euy (reversed [| BitConverter.GetBytes -2.5; BitConverter.GetBytes 1.0 |])
    )

    failsWith [ "train-images"; "value 2 is NaN" ] (fun () ->
        read 0x0Duy (reversed [| BitConverter.GetBytes 1f; BitConverter.GetBytes nanf |]))

[<Fact>]
let ``A damaged file is an error that names it`` () =
    let fails parts images =
        failsWith ("train-images-idx3-ubyte" :: parts) (fun () -> readPair images labels')

    fails [ "begins with 504B0304" ] [| 0x50uy; 0x4Buy; 3uy; 4uy; 0uy |]
    fails [ "0x07 is not a type" ] (idx 0x07uy [ 3; 1 ] [| 1uy; 2uy; 3uy |])
    fails [ "shorter than the four bytes" ] [| 0uy; 0uy |]
    fails [ "truncated in its header of 3 extents" ] images[..8]
    fails [ "header announces 12 bytes of values, but it has 10" ] images[.. images.Length - 3]
    fails [ "holds more than the 12 bytes" ] (Array.append images [| 1uy |])
    fails [ "extents 0, 2, 2" ] (idx 0x08uy [ 0; 2; 2 ] [||])
    fails [ "extents -1, 2, 2" ] (idx 0x08uy [ -1; 2; 2 ] [||])
    fails [ "too many to hold" ] (idx 0x08uy [ Int32.MaxValue; Int32.MaxValue ] [| 1uy |])

[<Fact>]
let ``Nothing is allocated for sizes that only a header claims`` () =
    let before = GC.GetAllocatedBytesForCurrentThread()
    failsWith [ "but it has 1" ] (fun () -> readPair (idx 0x08uy [ 2_000_000; 1000 ] [| 1uy |]) labels')
    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0L, 10_000_000L)

[<Fact>]
let ``Nothing is allocated for sizes that a header and a gzip trailer claim together`` () =
    let packed = gzip (idx 0x08uy [ 2_000_000; 1000 ] (Array.zeroCreate 1000))

    BitConverter.TryWriteBytes(Span(packed, packed.Length - 4, 4), 2_000_000_016u)
    |> ignore

    let before = GC.GetAllocatedBytesForCurrentThread()

    failsWith [ "train-images-idx3-ubyte.gz" ] (fun () ->
        readFiles [ "train-images-idx3-ubyte.gz", packed; "train-labels-idx1-ubyte", labels' ])

    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0L, 10_000_000L)

[<Fact>]
let ``Damaged gzip is an error`` () =
    let values =
        Hybrid.Core.Random.uniforms 1UL 0UL 30000
        |> Array.map (fun u -> byte (256.0 * u))

    let packed = gzip (idx 0x08uy [ 3; 10000 ] values)

    let fails bytes parts =
        failsWith ("train-images-idx3-ubyte.gz" :: parts) (fun () ->
            readFiles [ "train-images-idx3-ubyte.gz", bytes; "train-labels-idx1-ubyte", labels' ])

    fails packed[.. packed.Length / 2] [ "truncated" ]
    fails (Array.mapi (fun i value -> if i > 1000 && i < 2000 then 0xFFuy else value) packed) [ "" ]

[<Fact>]
let ``Files that do not match are errors`` () =
    failsWith [ "train-labels"; "2 labels for 3 images" ] (fun () ->
        readPair images (idx 0x08uy [ 2 ] [| 0uy; 1uy |]))

    failsWith [ "swapped" ] (fun () -> readPair labels' images)

    failsWith [ "every image has the label 4" ] (fun () ->
        readPair images (idx 0x08uy [ 3 ] [| 4uy; 4uy; 4uy |]))

    failsWith [ "no train-labels-idx1-ubyte" ] (fun () -> readFiles [ "train-images-idx3-ubyte", images ])
    failsWith [ "no train-images-idx3-ubyte" ] (fun () -> readFiles [ "train-labels-idx1-ubyte", labels' ])
    failsWith [ "laid out like MNIST" ] (fun () -> readFiles [])
    failsWith [ "the folder does not exist" ] (fun () -> Idx.readFolder "/nowhere/at/all")

    let withTest images' labels =
        readFiles
            [
                "train-images-idx3-ubyte", images
                "train-labels-idx1-ubyte", labels'
                "t10k-images-idx3-ubyte", images'
                "t10k-labels-idx1-ubyte", labels
            ]

    let one = idx 0x08uy [ 1 ] [| 3uy |]

    failsWith [ "t10k-images"; "are 1×4, but the training images 2×2" ] (fun () ->
        withTest (idx 0x08uy [ 1; 1; 4 ] [| 1uy .. 4uy |]) one)

    failsWith [ "t10k-labels"; "label 1 is 3"; "2, 7" ] (fun () ->
        withTest (idx 0x08uy [ 1; 2; 2 ] [| 1uy .. 4uy |]) one)
