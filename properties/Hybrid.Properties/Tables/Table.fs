/// The table: every law below is run over every row.
module Hybrid.Properties.Table

open Hybrid.Testing

let rows = PrimitiveRows.all @ LayerRows.all @ TrainingRows.all

let row name =
    List.find (fun (row: Row) -> row.Name = name) rows

/// Each row with a law: what xunit calls a theory with.
let under (laws: Law list) : seq<obj[]> =
    seq {
        for row in rows do
            for law in laws -> [| row.Name; law.Name |]
    }
