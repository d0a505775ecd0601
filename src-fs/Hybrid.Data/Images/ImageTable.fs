namespace Hybrid.Data

open System
open Hybrid.Core

/// Labelled images as tables: a column for each of an image's numbers, all in one unit.
module ImageTable =
    let private labelled source (shape: ImageShape) classes labels (pixels: float32[]) stored : Table =
        let columns = Array.init shape.Size (fun i -> Column.numeric $"pixel{i + 1}")

        { Table.create source columns pixels "label" (Classes(classes, labels)) with
            Stored = stored
            OneUnit = true
            Reading =
                { Reading.plain with
                    Image = Some shape
                }
        }

    /// Examples with classes, from images that are not in memory.
    let internal ofStored source shape classes (labels: int[]) (rows: StoredRows) : Table =
        labelled source shape classes labels Array.empty (Some rows)

    /// <summary>Examples with classes, from images.</summary>
    /// <param name="source">The file or folder, for messages.</param>
    /// <param name="shape">The extents of each image.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="labels">The index of each image's class.</param>
    /// <param name="pixels">[images; height; width; channels].</param>
    /// <exception cref="T:Hybrid.TableException">There are not as many numbers as the images have, or an image has too many.</exception>
    let create
        (source: string)
        (shape: ImageShape)
        (classes: string[])
        (labels: int[])
        (pixels: float32[])
        : Table =
        if int64 pixels.Length <> int64 labels.Length * int64 shape.Size then
            DataFile.failFile
                source
                $"{labels.Length} images of {ImageShape.described shape} do not have {pixels.Length} numbers."

        labelled source shape classes labels pixels None

    /// <summary>A table whose columns are the numbers of images.</summary>
    /// <exception cref="T:Hybrid.TableException">It does not have as many columns, or some are not numbers.</exception>
    let ofTable (shape: ImageShape) (table: Table) : Table =
        if
            List.exists (fun extent -> extent < 1) shape.Extents
            || List.fold (fun size extent -> size * int64 extent) 1L shape.Extents
               <> int64 table.Columns.Length
        then
            DataFile.failFile
                table.Source
                $"images of {ImageShape.described shape} do not have the {Advice.columns table.Columns.Length} of the data."

        if table.Columns |> Array.exists _.Kind.IsCategory then
            DataFile.failFile table.Source "the numbers of images are not categories."

        { table with
            OneUnit = true
            Reading =
                { table.Reading with
                    Image = Some shape
                }
        }

    /// Refuses labels that are all the same.
    let internal requireClasses (source: string) (classes: string[]) : unit =
        if classes.Length < 2 then
            DataFile.failFile
                source
                $"every image has the label {Printable.brief classes[0]}, so there is nothing to distinguish. Add images of a different class."

    /// Refuses as many numbers as memory does not hold, before any is read.
    let internal requireMemory (source: string) (images: int64) (shape: ImageShape) : unit =
        let numbers = images * int64 shape.Size
        let available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes

        if numbers > int64 Array.MaxLength || 4L * numbers > available then
            DataFile.failFile
                source
                $"{images} images of {ImageShape.described shape} need {4L * numbers >>> 20} MiB, of which {available >>> 20} are available, in one array of at most 2³¹ numbers. Make the images smaller, or give fewer."
