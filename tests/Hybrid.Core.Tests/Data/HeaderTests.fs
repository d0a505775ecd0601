/// Whether the first row of a table holds names, and what becomes of them.
module Hybrid.Tests.HeaderTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Hybrid.Tests.DecisionTesting
open Xunit

[<Fact>]
let ``Header – numbers and a class that fit the columns below – is data`` () =
    let data =
        read "5.1,3.3,Iris-virginica\n5.4,3.1,Iris-setosa\n5.8,3.7,Iris-virginica\n5.4,3.8,Iris-setosa\n"

    Assert.Equal(4, data.Examples)
    Assert.Equal<string[]>([| "x1"; "x2" |], names data)
    says "the first row holds data" data

[<Fact>]
let ``Header – classes only, of which the first recurs below – is data`` () =
    let data =
        read (table "red,yes" 8 (fun i -> if i % 2 = 0 then "red,yes" else "blue,no"))

    Assert.Equal(9, data.Examples)

[<Theory>]
[<InlineData("country,1990,1991,1992")>]
[<InlineData("0,1,2,3")>]
let ``Header – numbers that count – is names`` (header: string) =
    let data = read (table header 12 (fun i -> $"{i % 3 + 7},{i % 5},{i % 7},{i * i}"))
    Assert.Equal(12, data.Examples)

[<Fact>]
let ``Header – names that are numbers – is said`` () =
    read (table "0,1,2,3" 12 (fun i -> $"{i % 3 + 7},{i % 5},{i % 7},{i * i}"))
    |> says "the first row holds names, not data, although «0», «1», «2» and 1 more in it are numbers"

[<Fact>]
let ``Header – numbers only, as in the rows below – is data`` () =
    Assert.Equal(3, (read "1.5,2,30\n4,5.5,6\n7,8,9\n").Examples)

[<Theory>]
[<InlineData(",")>]
[<InlineData(";")>]
let ``Header – quoted numbers over numbers without quotes – is names`` (separator: string) =
    let separated (text: string) = text.Replace(",", separator)

    let data =
        read (
            table (separated "\"continent\",\"1952\",\"1957\"") 12 (fun i ->
                separated $"k{i % 3},{1200 + i}.5,{1385 + i * i}.25")
        )

    Assert.Equal(12, data.Examples)
    Assert.Equal<string[]>([| "continent"; "1952" |], names data)

    read (table (separated "\"1952\",\"1957\"") 12 (fun i -> separated $"{1200 + i}.5,{1385 + i * i}.25"))
    |> says "«1952», «1957» in it are numbers, since it is quoted, unlike numbers below it"

[<Fact>]
let ``Header – quoted numbers over quoted numbers, or beside some without quotes – is data`` () =
    let quoted = table "\"5\",\"7\"" 12 (fun i -> $"\"{i % 5}\",\"{i % 7}\"")
    let mixed = table "\"a\",5,7" 12 (fun i -> $"\"a\",{i % 5},{i % 7}")

    let sometimes =
        table "\"5\",\"7\"" 12 (fun i -> if i < 6 then $"\"{i}\",\"{i}\"" else $"{i % 5},{i % 7}")

    for text in [ quoted; mixed; sometimes ] do
        Assert.Equal(13, (read text).Examples)

[<Fact>]
let ``Header – asked for – is taken as it is`` () =
    let data = read "1.5,2,30\n4,5.5,6\n7,8,9\n"
    Assert.Equal(3, data.Examples)

    let named =
        readWith
            { CsvOptions.defaults with
                Header = Some true
            }
            "1.5,2,30\n4,5.5,6\n7,8,9\n"

    Assert.Equal<string[]>([| "1.5"; "2" |], names named)


[<Fact>]
let ``Header – of several lines – is refused as that`` () =
    withText
        ("network,1,1,2\nnode,1,2,1\nhemi,lh,rh,lh\n"
         + String.Join('\n', Array.init 30 (fun i -> $"{i},{i * 7 % 11}.25,{i * 5 % 13}.5,{i * 3 % 17}.75")))
        (fun path ->
            failsWith [ "the first 3 lines hold names"; "Join" ] (fun () ->
                Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Header – in the second line, with the target – is said to be there`` () =
    withText ("teams,share,,\n,home,away,won\n" + String.replicate 12 "k,1,2,3\nl,2,3,5\n") (fun path ->
        failsWith [ "line 2"; "«won»"; "Remove the lines above the names" ] (fun () ->
            Csv.read
                { CsvOptions.defaults with
                    Targets = [ "won" ]
                }
                path))

[<Theory>]
[<InlineData("male")>]
[<InlineData("2")>]
let ``Header – without the target, which is a value below – is listed`` (target: string) =
    withText
        (table "a,sex,y" 12 (fun i -> (if i % 2 = 0 then "1,male," else "2,female,") + $"{i % 6}.5"))
        (fun path ->
            failsWith [ $"there is no column «{target}» to predict. The columns are a, sex, y" ] (fun () ->
                Csv.read
                    { CsvOptions.defaults with
                        Targets = [ target ]
                    }
                    path))

[<Fact>]
let ``Header – a text of it in another option – is names`` () =
    let text = table "kind,1,2,3" 20 (fun i -> $"k{i % 2},{i}.5,{i % 7},{i % 5}")
    Assert.Equal<string[]>([| "x1"; "x2"; "x3" |], names (read text))

    for options in
        [
            { CsvOptions.defaults with
                Targets = [ " kind" ]
            }
            { CsvOptions.defaults with
                Ignore = [ "kind,1" ]
            }
        ] do
        Assert.Contains("2", names (readWith options text))

    // a number may count columns
    Assert.Equal<string[]>(
        [| "x1"; "x3"; "x4" |],
        names (
            readWith
                { CsvOptions.defaults with
                    Targets = [ "2" ]
                }
                text
        )
    )

// ---- names

[<Fact>]
let ``Names – none and no value – vanish`` () =
    let data = read "Area,Rooms,Price,\n50,2,1000,\n60,3,1200,\n70,3,1300,\n"
    Assert.Equal<string[]>([| "Area"; "Rooms" |], names data)
    Assert.Equal("Price", data.TargetName)

[<Fact>]
let ``Names – none above a row number – leave it out`` () =
    let data = read (table ",a,y" 12 (fun i -> $"{i},{i * i % 7},{i % 2}"))
    Assert.Equal<string[]>([| "a" |], names data)
    says "a row number" data

[<Fact>]
let ``Names – twice – are told apart`` () =
    let data = read "a,a,y\n1,2,0\n3,4,1\n"
    Assert.Equal<string[]>([| "a"; "a (column 2)" |], names data)
