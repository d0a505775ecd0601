/// The table: every law is run on every row.
module Hybrid.Properties.Table

open Hybrid.Testing

let rows =
    PrimitiveRows.all @ ConvolutionRows.all @ LayerRows.all @ TrainingRows.all

/// The row with a name, for statements about that row only.
let row (name: string) : Row =
    rows
    |> List.tryFind (fun row -> row.Name = name)
    |> Option.defaultWith (fun () -> invalidArg (nameof name) $"No row is called \"{name}\".")
