/// DiffSharp compared with the graph's own rules, on every row and on random graphs.
module Hybrid.DiffSharp.Properties.RowProperties

open Expecto
open Hybrid.Properties
open Hybrid.Testing

[<Tests>]
let tests =
    testList
        "DiffSharp agrees on every row"
        [
            for row in Table.rows ->
                testList
                    row.Name
                    [
                        for law in DiffSharpLaws.all ->
                            property law.Name 25 (Cases.smooth row) (law.Complaints row >> withoutComplaints)
                    ]
        ]

[<Tests>]
let graphs =
    property
        "DiffSharp agrees on random graphs"
        200
        GraphCase.arbitrary
        (GraphCase.complaints DiffSharpLaws.all >> withoutComplaints)
