namespace Hybrid.Data

open System
open System.IO

/// Folders of images and labels in the IDX format of MNIST and similar sets.
[<RequireQualifiedAccess>]
module Idx =
    /// Plain before gzip: an unpacked file is preferred.
    let private find (folder: string) (stem: string) : string option =
        let belongs (path: string) =
            let name = Path.GetFileName path

            name.StartsWith($"{stem}-idx", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith($"{stem}.idx", StringComparison.OrdinalIgnoreCase)

        DataFile.ofFolder folder (fun () ->
            Directory.GetFiles folder
            |> Array.filter belongs
            |> Array.sortBy (fun path -> path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase), path)
            |> Array.tryHead)

    /// The labels, which are whole numbers.
    let private readLabels path : int[] =
        let labels = IdxFile.read path

        if labels.Extents.Length <> 1 then
            DataFile.failFile
                path
                $"labels have one extent, but this file has {labels.Extents.Length}. Are images and labels swapped?"

        labels.Values
        |> Array.map (fun label ->
            if Single.Floor label <> label || abs label > 1e9f then
                DataFile.failFile path $"the label {label} is not a whole number."

            int label)

    let private readPair imagesPath labelsPath : IdxArray * int[] =
        let images = IdxFile.read imagesPath

        if images.Extents.Length < 2 then
            DataFile.failFile
                imagesPath
                "images have at least two extents, but this file has one. Are images and labels swapped?"

        let pixels = images.Values.Length / images.Extents[0]

        if pixels > ImageShape.limit then
            DataFile.failFile
                imagesPath
                $"an image has {pixels} pixels; the maximum is {ImageShape.limit}. Make the images smaller."

        let labels = readLabels labelsPath

        if labels.Length <> images.Extents[0] then
            DataFile.failFile
                labelsPath
                $"there are {labels.Length} labels for {images.Extents[0]} images. Give files that match."

        images, labels

    /// Whether a folder has files that are named like MNIST's.
    let internal isFolder (folder: string) : bool =
        [ "train-images"; "train-labels"; "t10k-images"; "t10k-labels" ]
        |> List.exists (find folder >> Option.isSome)

    let private findPair folder part : (string * string) option =
        let images, labels = $"{part}-images", $"{part}-labels"

        match find folder images, find folder labels with
        | Some images, Some labels -> Some(images, labels)
        | None, None -> None
        | Some _, None ->
            DataFile.failFile folder $"there is no {labels}-idx1-ubyte (or .gz) for the images. Add it."
        | None, Some _ ->
            DataFile.failFile folder $"there is no {images}-idx3-ubyte (or .gz) for the labels. Add it."

    /// Images of one channel, or with the channels of a pixel as the last extent; other numbers of extents are not images.
    let private tryShape (images: IdxArray) : ImageShape option =
        match List.ofArray images.Extents with
        | [ _; height; width ] ->
            Some
                {
                    Height = height
                    Width = width
                    Channels = 1
                }
        | [ _; height; width; channels ] ->
            Some
                {
                    Height = height
                    Width = width
                    Channels = channels
                }
        | _ -> None

    let private table source (classes: int[]) labelsPath (images: IdxArray, labels: int[]) : Table =
        let codes = labels |> Array.map (fun label -> Array.BinarySearch(classes, label))

        match codes |> Array.tryFindIndex (fun code -> code < 0) with
        | Some i ->
            let known = classes |> Array.map string |> Advice.list

            DataFile.failFile
                labelsPath
                $"label {i + 1} is {labels[i]}, which no training image has. The training labels are {known}."
        | None -> ()

        let columns =
            Array.init (images.Values.Length / labels.Length) (fun i -> Column.numeric $"pixel{i + 1}")

        { Table.create source columns images.Values "label" (Classes(Array.map string classes, codes)) with
            OneUnit = true
            Reading =
                { Reading.plain with
                    Image = tryShape images
                }
        }

    /// <summary>Reads a folder with <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c> and, if they are
    /// there, the test files <c>t10k-…</c>; each may be gzipped (ending .gz), and may have a dot before idx.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>One column per pixel, pixel1 …, all in one unit; the classes are the labels of the training images in
    /// order, named by number.</returns>
    /// <exception cref="T:Hybrid.TableException">A file is missing or damaged, or the files do not match.</exception>
    let readFolder (path: string) : Sets =
        let imagesPath, labelsPath =
            match findPair path "train" with
            | Some pair -> pair
            | None ->
                DataFile.failFile
                    path
                    "the folder has no train-images-idx3-ubyte and train-labels-idx1-ubyte (or .gz). Give a folder laid out like MNIST, CIFAR's binary files, a folder of images per class, or a CSV file."

        let images, labels = readPair imagesPath labelsPath
        let classes = labels |> Array.distinct |> Array.sort

        if classes.Length < 2 then
            DataFile.failFile
                labelsPath
                $"every image has the label {classes[0]}, so there is nothing to distinguish."

        let test =
            findPair path "t10k"
            |> Option.map (fun (testImagesPath, testLabelsPath) ->
                let test = readPair testImagesPath testLabelsPath

                if (fst test).Extents[1..] <> images.Extents[1..] then
                    let extents (images: IdxArray) = String.Join("×", images.Extents[1..])

                    DataFile.failFile
                        testImagesPath
                        $"the test images are {extents (fst test)}, but the training images {extents images}. Give files that match."

                table path classes testLabelsPath test)

        {
            Train = table path classes labelsPath (images, labels)
            Test = test
        }
