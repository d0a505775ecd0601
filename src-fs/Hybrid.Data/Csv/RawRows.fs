namespace Hybrid.Data

open System
open System.IO
open System.Runtime.InteropServices

/// Rows that a process has read, for others.
module internal RawRows =
    let private writeNumbers (writer: BinaryWriter) (numbers: 'number[]) =
        writer.Write numbers.Length
        writer.Write(MemoryMarshal.AsBytes(ReadOnlySpan<'number> numbers))

    let private readNumbers (reader: BinaryReader) : 'number[] =
        let numbers: 'number[] = Array.zeroCreate (reader.ReadInt32())
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(Span<'number> numbers))
        numbers

    let private writeOption (writer: BinaryWriter) (numbers: 'number[] option) =
        writer.Write numbers.IsSome
        Option.iter (writeNumbers writer) numbers

    let private readOption (reader: BinaryReader) : 'number[] option =
        if reader.ReadBoolean() then
            Some(readNumbers reader)
        else
            None

    let private create source examples features targets weights numbers kept : RawBatch =
        {
            Batch =
                {
                    Rows =
                        {
                            Source = source
                            Features = features
                            Stored = None
                            Examples = examples
                            Target = None
                            Weights = weights
                            OneUnit = false
                            SplitBy = None
                            RowNumbers = numbers
                            Notes = []
                        }
                    Kept = kept
                    Skipped = 0
                    Mended = 0
                }
            Targets = targets
            Tally = RowTally.none
        }

    /// The rows with other features.
    let withFeatures (features: float32[]) (raw: RawBatch) : RawBatch =
        { raw with
            Batch =
                { raw.Batch with
                    Rows =
                        { raw.Batch.Rows with
                            Features = features
                        }
                }
        }

    /// Writes some rows, without what is peculiar to them.
    let write (writer: BinaryWriter) (raw: RawBatch) : unit =
        let rows = raw.Batch.Rows
        writer.Write rows.Source
        writer.Write rows.Examples
        writeNumbers writer rows.Features
        writeNumbers writer raw.Targets
        writeOption writer rows.Weights
        writeOption writer rows.RowNumbers
        writer.Write raw.Batch.Kept.Length

        for texts in raw.Batch.Kept do
            writer.Write texts.Length

            for text in texts do
                writer.Write text

    /// <summary>Rows that were written.</summary>
    /// <param name="before">By how much the numbers of rows are counted too low.</param>
    /// <param name="reader">What was written.</param>
    let read (before: int) (reader: BinaryReader) : RawBatch =
        let source = reader.ReadString()
        let examples = reader.ReadInt32()
        let features = readNumbers reader
        let targets = readNumbers reader
        let weights = readOption reader
        let numbers = readOption reader |> Option.map (Array.map ((+) before))

        let kept =
            Array.init (reader.ReadInt32()) (fun _ ->
                Array.init (reader.ReadInt32()) (fun _ -> reader.ReadString()))

        create source examples features targets weights numbers kept

    /// Some of the rows.
    let part (start: int) (count: int) (raw: RawBatch) : RawBatch =
        let rows = raw.Batch.Rows
        let width = rows.Features.Length / max 1 rows.Examples
        let targets = raw.Targets.Length / max 1 rows.Examples

        { raw with
            Batch =
                { raw.Batch with
                    Rows =
                        { rows with
                            Features = Array.sub rows.Features (start * width) (count * width)
                            Examples = count
                            Weights = rows.Weights |> Option.map (fun all -> Array.sub all start count)
                            RowNumbers = rows.RowNumbers |> Option.map (fun all -> Array.sub all start count)
                        }
                    Kept =
                        if raw.Batch.Kept.Length = 0 then
                            raw.Batch.Kept
                        else
                            Array.sub raw.Batch.Kept start count
                }
            Targets = Array.sub raw.Targets (start * targets) (count * targets)
        }

    /// <summary>All rows of some batches, in memory.</summary>
    /// <param name="source">What they are called.</param>
    /// <param name="examples">Their number.</param>
    /// <param name="width">The number of features of each.</param>
    /// <param name="read">Passes the batches on, in order.</param>
    /// <exception cref="T:Hybrid.TableException">There are more numbers than an array holds.</exception>
    let together (source: string) (examples: int) (width: int) (read: (RawBatch -> unit) -> unit) : RawBatch =
        RowStore.RequireMemory(source, int64 examples * int64 width)
        let features: float32[] = Array.zeroCreate (examples * width)
        let batches = ResizeArray<RawBatch>()
        let filled = ref 0

        read (fun raw ->
            let own = raw.Batch.Rows.Features
            Array.blit own 0 features filled.Value own.Length
            filled.Value <- filled.Value + own.Length

            batches.Add(withFeatures Array.empty raw))

        let all (pick: RawBatch -> 'item[]) = batches |> Seq.map pick |> Array.concat

        let allSome (pick: TableRows -> 'item[] option) =
            if batches |> Seq.forall (fun raw -> (pick raw.Batch.Rows).IsSome) then
                Some(all (fun raw -> (pick raw.Batch.Rows).Value))
            else
                None

        create
            source
            examples
            features
            (all _.Targets)
            (allSome _.Weights)
            (allSome _.RowNumbers)
            (all _.Batch.Kept)
