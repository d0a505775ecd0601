namespace Hybrid.Tuning

open System.IO
open System.Text

/// Results of trials as bytes, for other ranks of the same program: a result that is sent is the same when it is received.
module internal TrialBytes =
    let private writeOne (writer: BinaryWriter) (result: TrialResult) : unit =
        writer.Write result.Trial
        writer.Write result.Reached
        writer.Write result.IsCut
        writer.Write(Result.isOk result.Outcome)

        match result.Outcome with
        | Ok score ->
            writer.Write score.Epoch
            writer.Write score.Value
            writer.Write score.Loss
            writer.Write score.Parts.Length
            List.iter (fun (part: float) -> writer.Write part) score.Parts
        | Error reason -> writer.Write reason

    let private readOne (reader: BinaryReader) : TrialResult =
        let trial = reader.ReadInt32()
        let reached = reader.ReadInt32()
        let isCut = reader.ReadBoolean()

        {
            Trial = trial
            Reached = reached
            Outcome =
                if reader.ReadBoolean() then
                    let epoch = reader.ReadInt32()
                    let value = reader.ReadDouble()
                    let loss = reader.ReadDouble()

                    Ok
                        {
                            Epoch = epoch
                            Value = value
                            Loss = loss
                            Parts = [ for _ in 1 .. reader.ReadInt32() -> reader.ReadDouble() ]
                        }
                else
                    Error(reader.ReadString())
            IsCut = isCut
        }

    let write (results: TrialResult list) : byte[] =
        use stream = new MemoryStream()
        use writer = new BinaryWriter(stream, Encoding.UTF8)
        writer.Write results.Length
        List.iter (writeOne writer) results
        writer.Flush()
        stream.ToArray()

    let read (bytes: byte[]) : TrialResult list =
        use reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8)
        [ for _ in 1 .. reader.ReadInt32() -> readOne reader ]
