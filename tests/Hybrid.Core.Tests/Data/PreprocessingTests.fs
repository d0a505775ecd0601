module Hybrid.Tests.PreprocessingTests

open Hybrid.Core
open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Xunit

let private numeric = Column.numeric

let private colour =
    {
        Name = "colour"
        Kind = Category [| "red"; "green"; "blue" |]
    }

let private table (columns: Column list) (rows: float32 list list) : Table =
    Table.create
        "test"
        (Array.ofList columns)
        (rows |> List.concat |> Array.ofList)
        "y"
        (Quantity(Array.init rows.Length float32))

let private all (table: Table) = Array.init table.Examples id

let private features (rules: ColumnRule[]) (table: Table) =
    (Inference.create engine (Network.ofLayer (Preprocessing.layer rules)) table.Columns.Length)
        .Run(table.Features)
    |> Array.map float

[<Fact>]
let ``Mean and deviation are computed from the training rows only`` () =
    let data = table [ numeric "a" ] [ [ 1f ]; [ 3f ]; [ 1000f ] ]
    Assert.Equal<ColumnRule[]>([| Standardise(2.0, 1.0) |], Preprocessing.fit data [| 0; 1 |])

[<Fact>]
let ``Standardised columns have mean 0 and deviation 1`` () =
    let data =
        table [ numeric "a"; numeric "b" ] [ [ 1f; 10f ]; [ 3f; 30f ]; [ 5f; 80f ]; [ 7f; 0f ] ]

    let y = features (Preprocessing.fit data (all data)) data

    for column in 0..1 do
        let values = Array.init 4 (fun row -> y[2 * row + column])
        closeTo 1e-6 [ 0.0; 1.0 ] [ Array.average values; values |> Array.averageBy (fun v -> v * v) ]

[<Fact>]
let ``A missing number is not counted, and becomes the mean, which is 0`` () =
    let data = table [ numeric "a" ] [ [ 1f ]; [ nanf ]; [ 3f ] ]
    let rules = Preprocessing.fit data (all data)
    Assert.Equal<ColumnRule[]>([| Standardise(2.0, 1.0) |], rules)
    closeTo 0.0 [ -1.0; 0.0; 1.0 ] (features rules data)

[<Fact>]
let ``A column of only missing numbers is 0 throughout`` () =
    let data = table [ numeric "a" ] [ [ nanf ]; [ nanf ] ]
    closeTo 0.0 [ 0.0; 0.0 ] (features (Preprocessing.fit data (all data)) data)

[<Fact>]
let ``A category seen in training has a feature, and any other value has none`` () =
    let data = table [ colour ] [ [ 2f ]; [ 0f ]; [ 1f ] ]
    let rules = Preprocessing.fit data [| 0; 1 |]
    Assert.Equal<ColumnRule[]>([| OneHot([| 0; 2 |], false) |], rules)
    let later = table [ colour ] [ [ 2f ]; [ 0f ]; [ nanf ]; [ 1f ] ]
    closeTo 0.0 [ 0.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0 ] (features rules later)

[<Fact>]
let ``A missing category has its own feature only if one was missing in training`` () =
    let data = table [ colour ] [ [ 1f ]; [ nanf ] ]
    Assert.Equal<ColumnRule[]>([| OneHot([| 1 |], false) |], Preprocessing.fit data [| 0 |])
    let rules = Preprocessing.fit data [| 0; 1 |]
    Assert.Equal<ColumnRule[]>([| OneHot([| 1 |], true) |], rules)
    closeTo 0.0 [ 1.0; 0.0; 0.0; 1.0 ] (features rules data)
    closeTo 0.0 [ 0.0; 1.0 ] (features (Preprocessing.fit data [| 1 |]) data)

[<Fact>]
let ``Features are in the order of the columns, whatever their kinds`` () =
    let rules =
        [|
            Standardise(1.0, 2.0)
            OneHot([| 0; 1; 2 |], false)
            Standardise(0.0, 1.0)
            Standardise(10.0, 5.0)
        |]

    let data =
        table [ numeric "a"; colour; numeric "b"; numeric "c" ] [ [ 3f; 1f; 7f; 0f ] ]

    closeTo 1e-6 [ 1.0; 0.0; 1.0; 0.0; 7.0; -2.0 ] (features rules data)

let private date offset =
    {
        Name = "day"
        Kind =
            Number
                {
                    Notation = Notation.Date DateOrder.YearFirst
                    Offset = offset
                }
    }

/// The periods of the cycles of dates, in days since 1970.
let private periods (days: float32 list) : float list =
    let data = table [ date 0.0 ] (days |> List.map List.singleton)

    match Preprocessing.fit data (all data) with
    | [| Cycles(_, _, _, periods) |] -> periods
    | _ -> []

[<Fact>]
let ``Dates – by what training covers – recur in the year, the week and the day`` () =
    let year, week, day = [ 365.2425; 182.62125 ], [ 7.0; 3.5; 7.0 / 3.0 ], [ 1.0; 0.5 ]

    Assert.Equal<float list>([], periods [ 14610f; 14612f ])
    Assert.Equal<float list>(week, periods [ 14610f; 14612f; 14620f ])
    Assert.Equal<float list>(year @ week, periods [ for i in 0..40 -> 14610f + 10f * float32 i ])
    Assert.Equal<float list>(day, periods [ 14610f; 14610.25f ])
    // the first day of each quarter
    Assert.Equal<float list>(year, periods [ 14610f; 14700f; 14791f; 14883f; 14975f; 15065f ])

[<Fact>]
let ``A date has its place in line, and sines and cosines of its periods`` () =
    let offset, period = 14000.0, 7.0
    let rules = [| Cycles(600.0, 50.0, offset, [ period ]) |]
    let days = [ 610f; 650.5f; 550f; nanf ]
    let data = table [ date offset ] (days |> List.map List.singleton)

    let expected =
        [
            for day in days do
                let day = if System.Single.IsNaN day then 600.0 else float day
                let angle = 2.0 * System.Math.PI * (day + offset) / period
                (day - 600.0) / 50.0
                sin angle
                cos angle
        ]

    closeTo 2e-5 expected (features rules data)

[<Fact>]
let ``Columns of one unit share one mean and one scale`` () =
    let data =
        { table [ numeric "p1"; numeric "p2" ] [ [ 0f; 2f ]; [ 0f; 6f ] ] with
            OneUnit = true
        }

    // mean of 0, 2, 0, 6 is 2; the mean square of -2, 0, -2, 4 is 6
    Assert.Equal<ColumnRule[]>(Array.create 2 (Standardise(2.0, sqrt 6.0)), Preprocessing.fit data (all data))

[<Fact>]
let ``A column that does not vary keeps its scale`` () =
    let data = table [ numeric "a" ] [ [ 0.1f ]; [ 0.1f ]; [ 0.1f ] ]

    match Preprocessing.fit data (all data) with
    | [| Standardise(mean, deviation) |] ->
        closeTo 1e-9 [ float 0.1f ] [ mean ]
        Assert.Equal(1.0, deviation)
    | rules -> Assert.Fail $"Not the rule of a number: %A{rules}"

[<Fact>]
let ``A mean of 1e8 does not cost the deviation any digits`` () =
    // neighbours in float32 are 8 apart here, so these values are exact
    let data =
        table [ numeric "a" ] [ [ 99999000f ]; [ 100001000f ]; [ 99999000f ]; [ 100001000f ] ]

    let rules = Preprocessing.fit data (all data)
    Assert.Equal<ColumnRule[]>([| Standardise(1e8, 1000.0) |], rules)
    closeTo 1e-6 [ -1.0; 1.0; -1.0; 1.0 ] (features rules data)

[<Fact>]
let ``Unscaling inverts the standardisation of the target`` () =
    let moments =
        Preprocessing.targetMoments 1 None [| 10f; 20f; 60f; -1e6f |] [| 0; 1; 2 |]

    let struct (mean, deviation) = moments[0]
    closeTo 1e-12 [ 30.0; sqrt (1400.0 / 3.0) ] [ mean; deviation ]

    let standardised =
        vector [ for t in [ 10.0; 20.0; 60.0 ] -> (t - mean) / deviation ]

    values 1e-12 [ 10.0; 20.0; 60.0 ] ((Preprocessing.unscale moments).Forward [] standardised)
