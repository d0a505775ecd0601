/// A table that several ranks read, each its part, is the table that one reads.
module Hybrid.Tests.RankPartsTests

open System
open System.IO
open System.Text
open FsCheck
open FsCheck.FSharp
open Hybrid
open Hybrid.Core
open Hybrid.Data
open Hybrid.Testing
open Hybrid.Tests.DataTesting
open Xunit

/// Everything that is read, as values that can be compared; or what is wrong.
let private outcome (read: unit -> Table) =
    try
        let table = read ()
        let bits: float32[] -> int[] = Array.map BitConverter.SingleToInt32Bits
        let features = ResizeArray<int[]>()

        Table.eachRow table (Array.init table.Examples id) (fun _ all start ->
            features.Add(bits (Array.sub all start table.Columns.Length)))

        Ok(
            (table.Columns, table.Targets, table.Reading, table.SplitBy),
            (features.ToArray(), bits (Target.numbers table.Target), Option.map bits table.Weights),
            Array.init table.Examples table.RowNumber,
            table.Notes
        )
    with :? TableException as error ->
        Error error.Message

let private load (options: SourceOptions) (path: string) : Table = (DataSource.load options path).Train

let private isShared (note: Note) =
    not (note.Says.StartsWith "every rank reads all")

/// What one process reads, and what each of some ranks does, without what is said about the sharing.
let private compare (streaming: StreamOptions option) (options: CsvOptions) (ranks: int) (path: string) =
    let read communicator =
        outcome (fun () ->
            load
                { SourceOptions.defaults with
                    Csv = options
                    Stream = streaming
                    Ranks = communicator
                }
                path)

    let alone = read Communicator.alone
    let together = Ranks.together ranks read

    for one in together do
        match alone, one with
        | Ok(a, b, c, notes), Ok(a', b', c', notes') ->
            Assert.Equal(a, a')
            Assert.Equal<Note list>(notes, List.filter isShared notes')
            Assert.Equal<int[]>(c, c')
            Assert.True((b = b'), "The numbers differ.")
        | _ -> Assert.True((alone = one), $"%A{alone} is not %A{one}.")

    match together.Head with
    | Ok(_, _, _, notes) -> List.forall isShared notes
    | Error _ -> false

/// A column's cells, from a row's number and some random ones.
let private kinds: (string * (int -> Random -> string)) list =
    [
        "few", (fun _ random -> string (random.Next 5))
        "number", (fun _ random -> (random.NextDouble() * 1000.0).ToString "R")
        "id", (fun row _ -> string (100000 + row))
        "rising", (fun row _ -> string (row + 1))
        "nearly", (fun row random -> string (if random.Next 300 = 0 then row else row + 1))
        "code", (fun _ random -> (random.Next 40).ToString "D3")
        "comma", (fun _ random -> $"\"{random.Next 100},{random.Next 9999}\"")
        "point", (fun _ random -> $"{random.Next 9}.{random.Next 999:D3}")
        "unit",
        (fun _ random ->
            $"""{random.Next 900} {if random.Next 500 = 0 then "lb"
                                   elif random.Next 500 = 0 then "oz"
                                   else "kg"}""")
        "date", (fun _ random -> $"{random.Next(1, 28)}.{random.Next(1, 12)}.20{random.Next(10, 30)}")
        "absent",
        (fun _ random ->
            match random.Next 12 with
            | 0 -> "n.a."
            | 1 -> ""
            | 2 -> "missing"
            | _ -> string (random.Next 2000))
        "colour", (fun _ random -> [| "red"; "green"; "Blau"; "grün" |][random.Next 4])
        "text", (fun _ random -> $"text {random.Next 6000}")
        "name", (fun row _ -> $"name{row}")
        "mixed", (fun _ random -> if random.Next 30 = 0 then "3+" else string (random.Next 4))
        "yes", (fun _ random -> if random.Next 2 = 0 then "yes" else "no")
        "signed", (fun _ random -> if random.Next 2 = 0 then "-0" else "0.0")
        "big",
        (fun _ random ->
            if random.Next 700 = 0 then
                "1e39"
            else
                string (random.Next 9))
    ]

type private Case =
    {
        Seed: int
        Rows: int
        Columns: int
        Ranks: int
        HasHeader: bool
        LineEnd: string
        Oddity: int
        IsStreamed: bool
        Options: int
    }

let private cases =
    gen {
        let! seed = Gen.choose (0, Int32.MaxValue - 1)

        let! rows =
            Gen.frequency [ 3, Gen.choose (1, 60); 3, Gen.choose (60, 700); 1, Gen.constant 9000 ]

        let! columns = Gen.choose (2, 6)
        let! ranks = Gen.choose (2, 5)
        let! header = Gen.elements [ true; true; false ]
        let! lineEnd = Gen.elements [ "\n"; "\r\n" ]
        let! oddity = Gen.choose (0, 16)
        let! streamed = Gen.elements [ true; false ]
        let! options = Gen.choose (0, 9)

        return
            {
                Seed = seed
                Rows = rows
                Columns = columns
                Ranks = ranks
                HasHeader = header
                LineEnd = lineEnd
                Oddity = oddity
                IsStreamed = streamed
                Options = options
            }
    }
    |> Arb.fromGen

/// A table of random columns, with one of some peculiarities.
let private text (case: Case) : byte[] =
    let random = Random case.Seed
    let chosen = Array.init case.Columns (fun _ -> kinds[random.Next kinds.Length])

    let header =
        if case.HasHeader then
            [ chosen |> Array.mapi (fun i (name, _) -> $"{name}{i}") |> String.concat "," ]
        else
            []

    let rows =
        List.init case.Rows (fun row ->
            let cells = chosen |> Array.map (fun (_, cell) -> cell row random)
            let odd = random.Next case.Rows < 3

            match case.Oddity with
            | 1 when odd -> cells[0] <- "\"a\nb\""
            | 2 when odd -> cells[0] <- "\"a \"\"quoted\"\" word\""
            | 3 when odd -> cells[0] <- "5\" pipe"
            | 4 when odd -> cells[cells.Length - 1] <- ""
            | 5 when odd -> cells[random.Next cells.Length] <- "oops"
            | _ -> ()

            let line = String.concat "," cells

            match case.Oddity with
            | 6 when odd -> line + case.LineEnd
            | 7 when odd && random.Next 2 = 0 && cells.Length > 2 -> String.concat "," (Array.skip 1 cells)
            | 8 when odd && random.Next 3 = 0 -> line + ",more"
            | 9 when odd -> "  " + line.Replace(",", " ,\t")
            | _ -> line)

    let remarks =
        match case.Oddity with
        | 10 -> [ "end of the table" ]
        | _ -> []

    let above =
        match case.Oddity with
        | 11 -> [ "# a remark"; "# and another" ]
        | 12 -> [ ""; "" ]
        | _ -> []

    let whole = String.Join(case.LineEnd, above @ header @ rows @ remarks)
    let whole = if case.Oddity = 13 then whole else whole + case.LineEnd

    match case.Oddity with
    | 14 -> Encoding.Latin1.GetBytes whole
    | 15 -> Array.append [| 0xEFuy; 0xBBuy; 0xBFuy |] (Encoding.UTF8.GetBytes whole)
    | 16 -> gzip (Encoding.UTF8.GetBytes whole)
    | _ -> Encoding.UTF8.GetBytes whole

let private optionsOf (case: Case) : CsvOptions =
    let first = if case.HasHeader then None else Some "1"

    match case.Options, first with
    | 0, Some column ->
        { CsvOptions.defaults with
            Weight = Some column
        }
    | 1, Some column ->
        { CsvOptions.defaults with
            SplitBy = Some(SplitRole.Group column)
        }
    | 2, Some column ->
        { CsvOptions.defaults with
            SplitBy = Some(SplitRole.Time column)
        }
    | 3, _ ->
        { CsvOptions.defaults with
            Task = Regression
        }
    | 4, Some column when case.Columns > 2 ->
        { CsvOptions.defaults with
            Targets = [ column; "2" ]
        }
    | 5, Some column ->
        { CsvOptions.defaults with
            Categorical = [ column ]
        }
    | 6, Some column ->
        { CsvOptions.defaults with
            Numeric = [ column ]
        }
    | 7, _ ->
        { CsvOptions.defaults with
            Missing = [ "3+"; "0" ]
        }
    | 8, _ ->
        { CsvOptions.defaults with
            KeepAll = true
        }
    | _ -> CsvOptions.defaults

[<Fact>]
let ``Any number of ranks reads the table that one reads, and says what one says`` () =
    let shared = ref 0

    Prop.forAll cases (fun case ->
        withBytes "data.csv" (text case) (fun path ->
            let streaming = if case.IsStreamed then Some { Buffer = Some 7 } else None

            if compare streaming (optionsOf case) case.Ranks path then
                shared.Value <- shared.Value + 1))
    |> fun property -> Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(50), property)

    // most others are refused, as by one
    Assert.True(shared.Value > 40, $"Only {shared.Value} tables were read by parts.")

let private plain =
    String.Join('\n', "a,b,y" :: List.init 50 (fun i -> $"{i * i % 7},{i}.5,{i % 3}"))

[<Fact>]
let ``A table is read whole where it cannot be cut, which is said`` () =
    let compare = compare None CsvOptions.defaults 3
    Assert.True(withText plain compare)
    Assert.True(withText (plain.Replace(",3.5,", ",\"3.5\",")) compare)
    Assert.False(withText (plain + "\n1,2.5,\"1\n\"\n") compare)
    Assert.False(withText (plain.Replace(",3.5,", ", \"3.5\",")) compare)
    Assert.False(withText (plain.Replace('\n', '\r')) compare)
    Assert.False(withBytes "data.csv" (gzip (Encoding.UTF8.GetBytes plain)) compare)

[<Fact>]
let ``Ranks with other files are refused`` () =
    withText plain (fun one ->
        withText (plain + "\n1,2.5,1\n") (fun other ->
            let error =
                Assert.Throws<HybridException>(fun () ->
                    Ranks.together 2 (fun ranks ->
                        load
                            { SourceOptions.defaults with
                                Ranks = ranks
                            }
                            (if ranks.Rank = 0 then one else other))
                    |> ignore)

            Assert.Contains("Rank 1 has other data than rank 0", error.Message)))

/// A format of rows of numbers, texts and dates, which can be cut or not, and counts those that are read.
[<Sealed>]
type private Rows(canBeCut: bool) =
    let rows = 103

    member val Read = 0 with get, set

    member private this.Reader(first: int, stop: int) : RowReader =
        let row = ref (first - 1)

        { new RowReader() with
            member _.Columns = [| "a"; "when"; "word, or two"; "y" |]

            member _.Read() =
                row.Value <- row.Value + 1
                this.Read <- this.Read + 1
                row.Value < stop

            member _.Write(column, into) =
                match column with
                | 0 -> into.Number(float row.Value / 7.0)
                | 1 -> into.Time(DateTime(2020, 1, 1).AddHours(float (row.Value * row.Value % 977)))
                | 2 when row.Value % 11 = 0 -> ()
                | 2 -> into.Text($"say \"{row.Value % 3}\", twice".AsSpan())
                | _ -> into.Boolean(row.Value % 2 = 0)
        }

    interface TableFormat with
        member _.Matches _ = true

        member this.Rows(name, _) =
            { new RowSource(name) with
                member _.Open() = this.Reader(0, rows)

                member _.OpenPart(part, parts) =
                    if canBeCut then
                        this.Reader(part * rows / parts, (part + 1) * rows / parts)
                    else
                        null
            }

[<Theory; InlineData true; InlineData false>]
let ``Rows that are not text are read in parts where their source can be cut`` (canBeCut: bool) =
    withText "rows" (fun path ->
        let read ranks =
            let format = Rows canBeCut

            let table =
                load
                    { SourceOptions.defaults with
                        Formats = [ format ]
                        Ranks = ranks
                    }
                    path

            // each part ends with one that is not there, in each of two passes
            Assert.InRange(format.Read, 0, (if ranks.Size > 1 && canBeCut then 2 * 36 else 2 * 104))
            table

        let alone = outcome (fun () -> read Communicator.alone)

        for table in Ranks.together 3 read do
            Assert.Equal(canBeCut, List.forall isShared table.Notes)

            let shared: Table =
                { table with
                    Notes = List.filter isShared table.Notes
                }

            Assert.Equal(alone, outcome (fun () -> shared)))
