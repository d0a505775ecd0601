/// Every law of the graph on every row of the table.
module Hybrid.Properties.RowProperties

open Expecto
open Hybrid.Testing

let private families =
    [
        "first derivatives", 25, GradientLaws.all
        "second derivatives", 25, CurvatureLaws.all
        "bounds", 50, [ EnclosureLaws.sound ]
        "rules of proofs", 15, [ ContinuityLaws.claimed; RoundingLaws.slopes; RoundingLaws.within ]
    ]

[<Tests>]
let tests =
    testList
        "rows"
        [
            for family, cases, laws in families ->
                testList
                    family
                    [
                        for row in Table.rows ->
                            testList
                                row.Name
                                [ for law in laws -> testCase law.Name (fun () -> Laws.holdTo law cases row) ]
                    ]
        ]
