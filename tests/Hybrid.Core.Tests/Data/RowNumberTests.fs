/// The numbers of rows that messages, tables and files name.
module Hybrid.Tests.RowNumberTests

open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Xunit

[<Fact>]
let ``Row numbers - of rows without a target, without weight or blank - count all but blank ones`` () =
    let text = "x,w,y\n1,1,2\n2,1,\n\n3,0,4\n4,2,5\n5,1,7\n"

    let table =
        withText
            text
            (Csv.read
                { CsvOptions.defaults with
                    Weight = Some "w"
                    Task = Regression
                })

    Assert.Equal<int list>([ 1; 4; 5 ], List.init table.Examples table.RowNumber)
    Assert.Equal<int list>([ 5; 1 ], List.init 2 (Table.subset [| 2; 0 |] table).RowNumber)

    let read = withText text (DataSource.loadLike table SourceOptions.defaults)

    Assert.Equal<int list>([ 1; 4; 5 ], List.init read.Examples read.RowNumber)

[<Fact>]
let ``A missing group - below a row without a target - is reported with the row's number in the file`` () =
    failsWith [ "missing in row 4" ] (fun () ->
        withText
            "g,x,y\na,1,2\nb,2,\na,3,4\n,4,5\n"
            (Csv.read
                { CsvOptions.defaults with
                    SplitBy = Some(SplitRole.Group "g")
                    Task = Regression
                }))
