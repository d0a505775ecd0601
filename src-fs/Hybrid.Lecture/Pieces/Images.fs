namespace Hybrid.Lecture

open System
open System.IO
open Hybrid.Core
open Hybrid.Data

/// Images as networks take them: pixels less their mean, in units of their deviation, both over all pixels of all
/// training images.
[<NoComparison; ReferenceEquality>]
type internal Images =
    {
        Train: Examples
        Test: Examples
        Classes: int
        /// The deviation, in units of a pixel as it is stored.
        Deviation: float32
    }

module internal Images =
    /// Where Debian's package dataset-fashion-mnist puts its files.
    [<Literal>]
    let Folder = "/usr/share/datasets/fashion-mnist"

    let private toExamples (mean: float32) (deviation: float32) (table: Table) : Examples =
        let examples = Table.examples table

        { examples with
            Features = examples.Features |> Array.map (fun pixel -> (pixel - mean) / deviation)
        }

    /// <summary>Reads a folder of MNIST's or CIFAR's files.</summary>
    /// <exception cref="T:Hybrid.HybridException">They cannot be read, or there are no test images.</exception>
    let read (folder: string) : Images =
        let sets =
            if Cifar.isFolder folder then
                Cifar.readFolder folder
            else
                Idx.readFolder folder

        match sets.Test, Preprocessing.fit sets.Train [| 0 .. sets.Train.Examples - 1 |] with
        | None, _ ->
            raise (
                HybridException
                    $"{folder}: there are no test images (t10k-images, t10k-labels; of CIFAR test_batch.bin). Give a folder with test images."
            )
        | Some test, rules ->
            let mean, deviation =
                match rules[0] with
                | Standardise(mean, deviation) -> float32 mean, float32 deviation
                | Cycles _
                | OneHot _
                | Row _ -> 0.0f, 1.0f

            let train = toExamples mean deviation sets.Train

            {
                Train = train
                Test = toExamples mean deviation test
                Classes = 1 + int (Array.max train.Targets)
                Deviation = deviation
            }

    /// Images whose pixels are not divided by their deviation.
    let centred (images: Images) (examples: Examples) : Examples =
        { examples with
            Features = examples.Features |> Array.map ((*) images.Deviation)
        }

    /// The first images.
    let first (count: int) (images: Examples) : Examples =
        { images with
            Rows = Array.truncate count images.Rows
        }

    /// Some of the images in a random order, without repetition; all of them if there are no more.
    let draw (key: uint64) (count: int) (images: Examples) : Examples =
        { images with
            Rows = Random.permutation key 0UL images.Count |> Array.map (fun i -> images.Rows[i])
        }
        |> first count

    /// The outcome of an experiment on the images of a setting, or that there are none.
    let using (setting: Setting) (run: Images -> Outcome) : Outcome =
        match setting.Data with
        | Some folder -> run (read folder)
        | None when Directory.Exists Folder -> run (read Folder)
        | None ->
            Outcome.skipped
                "it needs Fashion-MNIST: install the package dataset-fashion-mnist, or give a folder of such files"

    /// The same on CIFAR's images, which only the setting can have.
    let usingCifar (setting: Setting) (run: Images -> Outcome) : Outcome =
        match setting.Data with
        | Some folder when Cifar.isFolder folder -> run (read folder)
        | Some folder ->
            Outcome.skipped
                $"it needs CIFAR-10, and {folder} has no data_batch_1.bin: give a folder of its binary version as its data"
        | None ->
            Outcome.skipped
                "it needs CIFAR-10: download its binary version, data_batch_1.bin to data_batch_5.bin and test_batch.bin, and give the folder as its data"
