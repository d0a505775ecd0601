/// Tests as a program: Expecto's own command line.
module Hybrid.Testing.TestAdapter.Program

open System.Reflection
open Expecto

/// <summary>Runs the tests of the program as its arguments say, and returns its exit code: 0 if all passed.</summary>
/// <remarks>Expecto calls it a success if a filter leaves nothing over; here that is a failure.</remarks>
let run (arguments: string[]) : int =
    try
        let test = Discovery.testOf (Assembly.GetEntryAssembly())

        match ExpectoConfig.fillFromArgs Impl.ExpectoConfig.defaultConfig arguments with
        | ArgsRun settings when (settings.filter test |> Test.toTestCodeList).IsEmpty ->
            eprintfn "No test has a name that the filter lets through; --list-tests shows all names."
            1
        | _ -> runTestsWithCLIArgs [] arguments test
    with :? TestDiscoveryException as error ->
        eprintfn $"{error.Message}"
        1
