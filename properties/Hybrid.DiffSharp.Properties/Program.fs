module Hybrid.DiffSharp.Properties.Program

open Hybrid.Testing.TestAdapter

[<EntryPoint>]
let main arguments = Program.run arguments
