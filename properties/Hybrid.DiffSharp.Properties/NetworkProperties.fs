/// Random networks: each first activation with each loss.
module Hybrid.DiffSharp.Properties.NetworkProperties

open Expecto
open Hybrid.Core
open Hybrid.Properties
open Hybrid.Testing

let private complaints (case: NetworkCase) =
    let row, values = NetworkCase.toRow case, NetworkCase.toCase case

    [ DiffSharpLaws.values; DiffSharpLaws.gradients; DiffSharpLaws.nested ]
    |> List.collect (fun law -> law.Complaints row values)

[<Tests>]
let tests =
    testList
        "DiffSharp agrees on random networks"
        [
            for kind in NetworkCase.kinds ->
                testList
                    kind
                    [
                        for loss in Loss.all ->
                            property
                                loss.Name
                                10
                                (NetworkCase.arbitrary kind loss.Name (0.05, 0.1))
                                (complaints >> withoutComplaints)
                    ]
        ]
