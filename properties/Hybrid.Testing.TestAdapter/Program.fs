/// Tests as a program, with Expecto's command line.
module Hybrid.Testing.TestAdapter.Program

open System.Reflection
open Expecto

/// <summary>Runs the tests of the program according to its arguments, and returns its exit code: 0 if all passed.</summary>
/// <remarks>Expecto counts it as success if a filter matches no test; here that is a failure.</remarks>
let run (arguments: string[]) : int =
    try
        let test = Discovery.testOf (Assembly.GetEntryAssembly())

        match ExpectoConfig.fillFromArgs Impl.ExpectoConfig.defaultConfig arguments with
        | ArgsRun settings when (settings.filter test |> Test.toTestCodeList).IsEmpty ->
            eprintfn "No test name matches the filter; --list-tests shows all names."
            1
        | _ -> runTestsWithCLIArgs [] arguments test
    with :? TestDiscoveryException as error ->
        eprintfn $"{error.Message}"
        1
