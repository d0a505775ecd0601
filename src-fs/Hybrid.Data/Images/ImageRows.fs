namespace Hybrid.Data

open System
open System.IO
open System.Threading.Tasks
open Hybrid
open Hybrid.Core

/// Files of images.
module internal ImageFile =
    /// Larger files are not of images of at most ImageShape.limit numbers.
    [<Literal>]
    let private MostBytes = 33554432

    /// The content of a file.
    let bytes (path: string) : byte[] =
        DataFile.read path (fun stream ->
            let buffer =
                Array.zeroCreate<byte>(int (min (int64 MostBytes + 1L) (DataFile.likely stream + 1L)))

            let length = DataFile.fill stream buffer

            // a packed file may be longer than it seemed
            if length = buffer.Length then
                DataFile.failFile
                    path
                    $"the file has more than {MostBytes >>> 20} MiB, or grows while it is read. Make the image smaller."

            Array.sub buffer 0 length)

    let private decoded (path: string) (decode: unit -> 'result) : 'result =
        try
            decode ()
        with :? InvalidDataException as error ->
            DataFile.failFile
                path
                $"the image could not be read: {error.Message} Replace the file, or remove it."

    /// The extents of an image.
    let shape (decoder: ImageDecoder) (path: string) (file: byte[]) : ImageShape =
        let shape = decoded path (fun () -> decoder.Shape file)

        if int64 shape.Height * int64 shape.Width * int64 shape.Channels > int64 ImageShape.limit then
            DataFile.failFile
                path
                $"the image is {ImageShape.described shape}; at most 262,144 numbers (such as 3×295×295) are read of an image. Make the images smaller."

        shape

    /// The numbers of an image, which must be like the first one.
    let pixels (decoder: ImageDecoder) (first: string, expected: ImageShape) (path: string) : byte[] =
        let file = bytes path
        let own = shape decoder path file

        if own <> expected then
            DataFile.failFile
                path
                $"the image is {ImageShape.described own}, but {first} is {ImageShape.text expected}. Give all images the same size and the same channels."

        decoded path (fun () -> decoder.Pixels file)

/// <summary>Images as rows, each in its file until it is asked for.</summary>
/// <param name="decoder">Reads the image files, by several threads.</param>
/// <param name="first">What they must be like: the name of an image, and its extents.</param>
/// <param name="paths">The files.</param>
/// <param name="buffer">As for StoredRows.</param>
[<Sealed>]
type internal ImageRows(decoder: ImageDecoder, first: string * ImageShape, paths: string[], buffer: int) =
    inherit StoredRows(buffer)

    /// Decodes some images on all processors; if some cannot be read, the error is that of the first of them.
    let each (rows: int[]) (action: int -> byte[] -> unit) : unit =
        let errors: exn[] = Array.zeroCreate rows.Length

        Parallel.For(
            0,
            rows.Length,
            fun i (state: ParallelLoopState) ->
                try
                    action i (ImageFile.pixels decoder first paths[rows[i]])
                with error ->
                    errors[i] <- error
                    // those before it are still read
                    state.Break()
        )
        |> ignore

        errors
        |> Array.tryFind (isNull >> not)
        |> Option.iter (fun error ->
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(error).Throw())

    override _.AreApart = true

    override _.Read(rows: int[], into: float32[]) : unit =
        let size = (snd first).Size

        each rows (fun i pixels ->
            for j in 0 .. size - 1 do
                into[i * size + j] <- float32 pixels[j])

    /// <summary>Does something with each image of this rank's part of them, and with all where a rank cannot read one of its: so each has the
    /// error of the first.</summary>
    /// <exception cref="T:Hybrid.TableException">One is damaged, or not like the first.</exception>
    member private _.Part(ranks: ICommunicator, action: int -> byte[] -> unit) : unit =
        let first rank =
            int (int64 paths.Length * int64 rank / int64 ranks.Size)

        let start = first ranks.Rank
        let own = [| start .. first (ranks.Rank + 1) - 1 |]

        let problem =
            try
                each own (fun i pixels -> action (start + i) pixels)
                None
            with :? TableException as error when ranks.Size > 1 ->
                Some error.Message

        if (Gather.problem ranks problem).IsSome then
            each [| 0 .. paths.Length - 1 |] action

    /// <summary>Reads each image once: each rank its part of them.</summary>
    /// <exception cref="T:Hybrid.TableException">One is damaged, or not like the first.</exception>
    member this.Check(ranks: ICommunicator) : unit = this.Part(ranks, (fun _ _ -> ()))

    /// <summary>The numbers of all images: each rank reads its part of the files, and sends them to the others.</summary>
    /// <exception cref="T:Hybrid.TableException">One is damaged, or not like the first.</exception>
    member this.All(ranks: ICommunicator) : float32[] =
        let size = (snd first).Size
        let pixels: float32[] = Array.zeroCreate (paths.Length * size)

        this.Part(
            ranks,
            fun i own ->
                for j in 0 .. size - 1 do
                    pixels[i * size + j] <- float32 own[j]
        )

        if ranks.Size > 1 then
            let atATime = max 1 ((1 <<< 22) / size)

            for rank in 0 .. ranks.Size - 1 do
                let stop = int (int64 paths.Length * int64 (rank + 1) / int64 ranks.Size)

                for start in int (int64 paths.Length * int64 rank / int64 ranks.Size) .. atATime .. stop - 1 do
                    let place, count = start * size, (min stop (start + atATime) - start) * size

                    let own =
                        if rank = ranks.Rank then
                            Array.init count (fun i -> byte pixels[place + i])
                        else
                            Array.empty

                    Communicator.share ranks rank own
                    |> Array.iteri (fun i number -> pixels[place + i] <- float32 number)

        pixels
