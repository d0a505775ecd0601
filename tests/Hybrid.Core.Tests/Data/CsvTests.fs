module Hybrid.Tests.CsvTests

open System
open System.IO
open System.Text
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private read = Csv.read CsvOptions.defaults

let private noHeader =
    { CsvOptions.defaults with
        Header = Some false
    }

let private fails (text: string) (parts: string list) =
    withText text (fun path -> failsWith parts (fun () -> read path))

/// A table of one feature and a target of two classes, from the feature's texts.
let private table (cells: string seq) =
    let rows = cells |> Seq.mapi (fun i cell -> $"{cell},{i % 2}\n")
    "age,class\n" + String.Concat rows

let private numbers count = Seq.init count string

[<Theory>]
[<InlineData("a,b\n1.5,x\n-2e3,y\n")>]
[<InlineData("a;b\n1.5;x\n-2e3;y\n")>]
[<InlineData("a\tb\n1.5\tx\n-2e3\ty\n")>]
[<InlineData("a;b\n1,5;x\n-2000,0;y\n")>]
[<InlineData("a\tb\n1,5\tx\n-2000,0\ty\n")>]
[<InlineData("\uFEFFa,b\r\n\r\n 1.5 ,  x\r\n   \r\n\"-2000\",\" y \"")>]
let ``Separators, decimal commas, quotes, spaces, byte order marks and line ends are recognised`` text =
    let data = withText text read
    Assert.Equal<float32[]>([| 1.5f; -2000f |], data.Features)
    Assert.Equal<string[]>([| "x"; "y" |], classNames data)
    Assert.Equal("a", data.Columns[0].Name)
    Assert.True data.Columns[0].Kind.IsNumber
    Assert.Equal("b", data.TargetName)

[<Fact>]
let ``A comma is read as a decimal comma in preference to a separator`` () =
    let data = withText "1,5;2,5;0\n3,5;4,5;1\n" (Csv.read noHeader)

    Assert.Equal<float32[]>([| 1.5f; 2.5f; 3.5f; 4.5f |], data.Features)
    Assert.Equal<string[]>([| "x1"; "x2" |], data.Columns |> Array.map _.Name)

[<Fact>]
let ``Quoted fields may contain separators, quotes and line breaks, which count as lines`` () =
    let text = "name,class\n\"a,\"\"b\"\"\nc\",x\ne\nd,y\n"
    fails text [ "data.csv, line 4: expected 2 fields"; "as in line 1, but found 1" ]

    let data = withText (text.Replace("e\n", "")) read
    Assert.Equal(Category [| "a,\"b\"\nc"; "d" |], data.Columns[0].Kind)

[<Fact>]
let ``Empty fields, NA and question marks are missing values, also in categories`` () =
    let data = withText "a,b,c\n1,u,x\n,NA,y\n NA ,t,x\n?,?,y\n3,,x\n" read
    Assert.Equal(Category [| "t"; "u" |], data.Columns[1].Kind)
    Assert.Equal<float32[]>([| 1f; 1f; nanf; nanf; nanf; 0f; nanf; nanf; 3f; nanf |], data.Features)

[<Theory>]
[<InlineData("-inf")>]
[<InlineData("+Infinity")>]
[<InlineData("∞")>]
[<InlineData("-∞")>]
let ``Infinities are errors with position and advice`` text =
    fails
        (table [ "1"; text ])
        [
            "data.csv, line 3, column 1"
            $"«{text}» is not a finite number"
            "Missing = "
        ]

[<Theory>]
[<InlineData("1e39")>]
[<InlineData("-1e400")>]
let ``Numbers that overflow are errors with their position`` text =
    fails (table [ "1"; text ]) [ "line 3, column 1"; $"«{text}» is too large" ]

[<Fact>]
let ``A few texts among many numbers are an error`` () =
    fails
        (table (Seq.append (numbers 19) [ "abc" ]))
        [
            "line 21, column 1"
            "text «abc» in the numeric column «age»"
            "Ignore = age"
        ]

    fails (table (Seq.append [ "abc" ] (numbers 100))) [ "line 2, column 1: text «abc»" ]

[<Fact>]
let ``A column of numbers and text is read as categories`` () =
    let data = withText (table [ "9"; "10"; "many"; "10" ]) read
    Assert.Equal(Category [| "10"; "9"; "many" |], data.Columns[0].Kind)
    Assert.Equal<float32[]>([| 1f; 0f; 2f; 0f |], data.Features)

[<Theory>]
[<InlineData("", "the file is empty")>]
[<InlineData("\n\r\n \n", "the file is empty")>]
[<InlineData("a,b\n", "no data rows")>]
[<InlineData("a\n1\n2\n", "fewer than 2 columns")>]
[<InlineData("a,b\n1,2\n1,2,3\n", "line 3: expected 2 fields, as in line 1, but found 3")>]
[<InlineData("a,b\n1,\"2\n3,4\n", "line 2: a quote that opens in this row is never closed")>]
[<InlineData("a,b\n1,\"2\"3\n", "line 2: text follows a closing quote")>]
[<InlineData("a,b\n1,\n", "every value of the target «b» is missing")>]
[<InlineData("a,b\n1,x\n2,x\n", "the same class «x»")>]
[<InlineData("a,b\n\0\u0001,x\n2,y\n", "line 2, column 1: the field contains control characters")>]
let ``A format error names the place`` (text, part: string) = fails text [ "data.csv"; part ]

[<Fact>]
let ``Missing files and folders are errors`` () =
    inFolder (fun folder ->
        failsWith [ "nowhere.csv"; "the file does not exist" ] (fun () -> read $"{folder}/nowhere.csv")
        failsWith [ "a folder, not a file" ] (fun () -> read folder))

[<Fact>]
let ``Other encodings – Latin-1 and UTF-16 – are read`` () =
    let text = "stadt,klasse\nKöln,1\nBonn,2\n"
    let latin = withBytes "latin.csv" (Encoding.Latin1.GetBytes text) read
    Assert.Equal(Category [| "Bonn"; "Köln" |], latin.Columns[0].Kind)

    Assert.Contains(
        latin.Notes,
        fun note -> note.Says.Contains "first in line 2" && note.Says.Contains "Latin-1"
    )

    let wide =
        Array.append (Encoding.Unicode.GetPreamble()) (Encoding.Unicode.GetBytes text)

    Assert.Equal(Category [| "Bonn"; "Köln" |], (withBytes "wide.csv" wide read).Columns[0].Kind)

[<Fact>]
let ``A gzip file is unpacked, and a truncated one is an error`` () =
    let random = Hybrid.Core.Random.uniforms 1UL 0UL 20000

    let bytes = table (random |> Seq.map string) |> Encoding.UTF8.GetBytes |> gzip

    Assert.Equal(20000, (withBytes "data.csv.gz" bytes read).Examples)

    withBytes "cut.csv.gz" bytes[.. bytes.Length / 2] (fun path ->
        failsWith [ "cut.csv.gz"; "corrupt, truncated" ] (fun () -> read path))

[<Fact>]
let ``Hostile files soon end in an error`` () =
    let before = GC.GetAllocatedBytesForCurrentThread()
    fails (String(',', 300_000)) [ "found 300001 fields; a table may have at most 263168" ]
    fails (String('x', 40_000_000)) [ "longer than 8 MiB" ]
    fails (String(';', 40_000_000)) [ "longer than 8 MiB" ]

    fails
        ("a,b\n\"" + String('x', 2_000_000) + "\",1\nc,2\n")
        [ "line 2, column 1: the field is longer than 1 MiB" ]
    // the four files themselves are 250 MB in memory and on their way to it
    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0L, 800_000_000L)

[<Fact>]
let ``A header of many names takes memory in proportion to its length`` () =
    let names = Array.init 20_000 (fun i -> $"n{i}")

    withText (String.Join(',', names) + "\n") (fun path ->
        let before = GC.GetAllocatedBytesForCurrentThread()
        failsWith [ "no data rows" ] (fun () -> Csv.read CsvOptions.defaults path)
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0L, 100L * FileInfo(path).Length))

[<Fact>]
let ``The message about an endless name shows its beginning`` () =
    let error =
        withText $"a,{String('b', 100_000)}\n1,\n" (fun path ->
            Assert.Throws<TableException>(fun () -> Csv.read CsvOptions.defaults path |> ignore))

    Assert.Contains("«bbb", error.Message)
    Assert.Contains("b…» is missing", error.Message)

[<Fact>]
let ``Target and ignored columns are found by name, or by number without a header`` () =
    let options =
        { CsvOptions.defaults with
            Targets = [ "a" ]
            Ignore = [ "c" ]
        }

    let data = withText "a,b,c\nu,1,z\nv,2,z\n" (Csv.read options)
    Assert.Equal<string[]>([| "b" |], data.Columns |> Array.map _.Name)
    Assert.Equal("a", data.TargetName)

    let numbered =
        { noHeader with
            Targets = [ "1" ]
            Ignore = [ "x3" ]
        }

    let data = withText "u,1,z\nv,2,z\n" (Csv.read numbered)
    Assert.Equal<string[]>([| "x2" |], data.Columns |> Array.map _.Name)
    Assert.Equal("x1", data.TargetName)

[<Fact>]
let ``Missing columns are errors that list the existing ones`` () =
    withText "a,b,c\n1,2,x\n3,4,y\n" (fun path ->
        let read change =
            fun () -> Csv.read (change CsvOptions.defaults) path

        failsWith
            [ "no column «z»"; "a, b, c"; "with Target" ]
            (read (fun options -> { options with Targets = [ "z" ] }))

        failsWith [ "no column «1»" ] (read (fun options -> { options with Targets = [ "1" ] }))

        failsWith
            [ "no column «z»"; "a, b, c"; "with Ignore" ]
            (read (fun options -> { options with Ignore = [ "z" ] }))

        failsWith
            [ "both the target and ignored" ]
            (read (fun options ->
                { options with
                    Targets = [ "c" ]
                    Ignore = [ "c" ]
                }))

        failsWith [ "no column is left" ] (read (fun options -> { options with Ignore = [ "a"; "b" ] })))

let private target options values =
    let rows = values |> Seq.mapi (fun i value -> $"{i % 2};{value}\n")
    (withText ("a;b\n" + String.Concat rows) (Csv.read options)).Target

let private with' task =
    { CsvOptions.defaults with Task = task }

[<Fact>]
let ``Few distinct integers are treated as classes, and other numbers as a quantity`` () =
    let repeat count (values: string list) =
        List.replicate count values |> List.concat

    let isClasses =
        function
        | Classes _ -> true
        | Quantity _
        | Labels _ -> false

    let guess = target CsvOptions.defaults >> isClasses
    Assert.True(guess [ "0"; "1" ])
    Assert.True(guess (repeat 5 [ "3"; "4"; "5" ]))
    Assert.False(guess (repeat 4 [ "3"; "4"; "5" ]))
    Assert.False(guess (repeat 5 [ "3"; "4"; "5.5" ]))
    Assert.False(guess (repeat 9 (List.init 21 string)))

[<Fact>]
let ``Numeric classes are in numeric order, and named as written`` () =
    let expected = Classes([| "-1"; "2.50"; "10" |], [| 2; 1; 1; 0; 2 |])
    Assert.Equal(expected, target (with' Classification) [ "10"; "2.50"; "2.5"; "-1"; "10.0" ])

[<Fact>]
let ``A regression target must be numeric`` () =
    Assert.Equal(Quantity [| 1f; 2f |], target (with' Regression) [ "1"; "2" ])

    withText "a,b\n1,x\n2,y\n" (fun path ->
        failsWith
            [
                "line 2, column 2: texts «x» (in line 2), «y» (in line 3) in the numeric target «b»"
            ]
            (fun () -> Csv.read (with' Regression) path))

[<Fact>]
let ``A column of names is refused as classes`` () =
    fails
        ("a,b\n" + String.Concat(Seq.init 100 (fun i -> $"{i % 3},name {i}\n")))
        [ "100 different values in 100 examples" ]
