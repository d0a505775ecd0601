/// Every law of the readers, on every engine.
module Hybrid.Properties.ReaderProperties

open Expecto
open Hybrid.Testing

[<Tests>]
let tests =
    testList
        "readers"
        [
            testList
                "rows"
                [
                    for engine in Engines.all ->
                        testList
                            engine.Name
                            [
                                for row in Table.rows ->
                                    testCase row.Name (fun () ->
                                        for law in ReaderLaws.all engine do
                                            Laws.holdTo law 8 row)
                            ]
                ]

            testList
                "random graphs"
                [
                    for engine in Engines.all ->
                        property
                            engine.Name
                            150
                            GraphCase.arbitrary
                            (GraphCase.complaints (ReaderLaws.all engine) >> withoutComplaints)
                ]
        ]
