/// The table: every law below is run over every row.
module Hybrid.Properties.Table

open Hybrid.Testing

let rows = PrimitiveRows.all @ LayerRows.all @ TrainingRows.all

/// The row of a name, for what is said of that one only.
let row (name: string) : Row =
    rows
    |> List.tryFind (fun row -> row.Name = name)
    |> Option.defaultWith (fun () -> invalidArg (nameof name) $"No row is called \"{name}\".")
