module Hybrid.Tests.DataTesting

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open System.Text
open Hybrid.Data
open Xunit

/// A folder of a test's own, deleted afterwards.
let inFolder (action: string -> 'result) : 'result =
    let folder = Directory.CreateTempSubdirectory "hybrid-"

    try
        action folder.FullName
    finally
        folder.Delete true

let gzip (bytes: byte[]) : byte[] =
    use target = new MemoryStream()

    using (new GZipStream(target, CompressionLevel.Fastest)) (fun stream ->
        stream.Write(bytes, 0, bytes.Length))

    target.ToArray()

let bigEndian (number: int) =
    let bytes = Array.zeroCreate 4
    BinaryPrimitives.WriteInt32BigEndian(Span bytes, number)
    bytes

/// An IDX file: a type, extents, values.
let idx (code: byte) (extents: int list) (values: byte[]) =
    Array.concat
        [
            [| 0uy; 0uy; code; byte extents.Length |]
            yield! List.map bigEndian extents
            values
        ]

/// Writes bytes to a file in a new folder, and passes the path to the action.
let withBytes (name: string) (bytes: byte[]) (action: string -> 'result) : 'result =
    inFolder (fun folder ->
        let path = Path.Combine(folder, name)
        File.WriteAllBytes(path, bytes)
        action path)

/// The same with a text in UTF-8.
let withText (text: string) (action: string -> 'result) : 'result =
    withBytes "data.csv" (Encoding.UTF8.GetBytes text) action

/// The action fails with a TableException whose message holds all the parts.
let failsWith (parts: string list) (action: unit -> 'result) : unit =
    let error = Assert.Throws<TableException>(fun () -> action () |> ignore)

    for part in parts do
        Assert.Contains(part, error.Message)

let labels (table: Table) : int[] =
    match table.Target with
    | Classes(_, labels) -> labels
    | Quantity _
    | Labels _ -> Array.empty

let classNames (table: Table) : string[] =
    match table.Target with
    | Classes(names, _) -> names
    | Quantity _
    | Labels _ -> Array.empty

/// A table of two features, two quantities and two columns of yes and no.
let homes =
    String.concat
        "\n"
        [
            "size,age,price,\"rent, monthly\",garden,lift"
            for i in 0..39 do
                let lift = if i % 2 = 0 then "yes" else "no"
                $"{30 + i * 7 % 50},{i * i % 23},{200 + 3 * i}.5,{i % 11},{i % 3 / 2},{lift}"
            ""
        ]
