/// Random networks: each first layer with each loss and each kind of penalty, four of each.
module Hybrid.Properties.NetworkProperties

open Expecto
open Hybrid.Core
open Hybrid.Testing

let private penalties = [ 0.0, 0.0; 0.1, 0.0; 0.0, 0.1; 0.05, 0.1; 0.01, 0.01 ]

let private complaints (case: NetworkCase) =
    let row, values = NetworkCase.toRow case, NetworkCase.toCase case
    NetworkLaws.all |> List.collect (fun law -> law.Complaints row values)

[<Tests>]
let tests =
    testList
        "random networks"
        [
            for kind in "conv" :: "transposed" :: "norm" :: NetworkCase.kinds ->
                testList
                    kind
                    [
                        for loss in Loss.all ->
                            testList
                                loss.Name
                                [
                                    for l1, l2 in penalties ->
                                        property
                                            $"L1 {l1}, L2 {l2}"
                                            4
                                            (NetworkCase.arbitrary kind loss.Name (l1, l2))
                                            (complaints >> withoutComplaints)
                                ]
                    ]
        ]
