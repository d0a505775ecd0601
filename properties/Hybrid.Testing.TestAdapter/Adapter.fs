namespace Hybrid.Testing.TestAdapter

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Reflection
open System.Text.RegularExpressions
open System.Threading
open Expecto
open Expecto.Impl
open Microsoft.VisualStudio.TestPlatform.ObjectModel
open Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter
open Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging

/// An Expecto test and VSTest's description of it.
[<NoComparison; NoEquality>]
type private Found = { Test: FlatTest; Case: TestCase }

module private Found =
    [<Literal>]
    let Executor = "executor://hybrid.testing.testadapter/expecto"

    let private caseOf (source: string) (assembly: Assembly) (test: FlatTest) =
        let name = Discovery.nameOf test
        let case = TestCase(name, Uri Executor, source, DisplayName = name)
        // all that is known of a property is that it is one
        let place = getLocation assembly test.test

        if place.lineNumber > 0 then
            case.CodeFilePath <- place.sourcePath
            case.LineNumber <- place.lineNumber

        case

    /// All tests of an assembly file.
    let inFile (source: string) : Found list =
        let assembly = Assembly.LoadFrom source

        [
            for test in Test.toTestCodeList (Discovery.testOf assembly) ->
                {
                    Test = test
                    Case = caseOf source assembly test
                }
        ]

    /// A message without Expecto's colour codes, which VSTest's reports would show.
    let plain (message: string) : string =
        Regex.Replace(message, "\\x1b\\[[0-9;]*m", "").Trim()

/// Reports the tests of an assembly to VSTest.
[<FileExtension(".dll"); FileExtension(".exe"); DefaultExecutorUri(Found.Executor)>]
type Discoverer() =
    interface ITestDiscoverer with
        member _.DiscoverTests(sources, _, logger, sink) =
            for source in sources do
                try
                    for found in Found.inFile source do
                        sink.SendTestCase found.Case
                with :? TestDiscoveryException as error ->
                    // VSTest shows what is thrown here as a warning
                    logger.SendMessage(TestMessageLevel.Error, error.Message)

/// Runs Expecto tests for VSTest, in parallel as the console does, and reports one result per test.
[<ExtensionUri(Found.Executor)>]
type Executor() =
    let cancellation = new CancellationTokenSource()

    let run (chosen: Found list) (handle: IFrameworkHandle) =
        let cases =
            dict [ for found in chosen -> found.Case.FullyQualifiedName, found.Case ]

        let starts = ConcurrentDictionary<string, DateTimeOffset>()

        let record outcome name message trace (duration: TimeSpan) =
            async {
                let ended = DateTimeOffset.Now

                let start =
                    match starts.TryGetValue name with
                    | true, start -> start
                    | _ -> ended - duration

                TestResult(
                    cases[name],
                    DisplayName = name,
                    Outcome = outcome,
                    Duration = duration,
                    StartTime = start,
                    EndTime = ended,
                    ErrorMessage = message,
                    ErrorStackTrace = trace
                )
                |> handle.RecordResult
            }

        let printer =
            { TestPrinters.silent with
                beforeEach =
                    fun name _ ->
                        async {
                            starts[name] <- DateTimeOffset.Now
                            handle.RecordStart cases[name]
                        }
                passed = fun name duration -> record TestOutcome.Passed name null null duration
                ignored = fun name message -> record TestOutcome.Skipped name message null TimeSpan.Zero
                failed =
                    fun name message duration ->
                        record TestOutcome.Failed name (Found.plain message) null duration
                exn =
                    fun name error duration ->
                        record
                            TestOutcome.Failed
                            name
                            $"{error.GetType()}: {error.Message}"
                            error.StackTrace
                            duration
            }

        let settings =
            { ExpectoConfig.defaultConfig with
                printer = printer
                noSpinner = true
            }

        chosen
        |> List.map _.Test
        |> Test.fromFlatTests settings.joinWith.asString
        |> fun test -> evalTestsWithCancel cancellation.Token settings test false
        |> Async.RunSynchronously
        |> ignore

    interface ITestExecutor with
        member _.RunTests(sources: seq<string>, context: IRunContext, handle: IFrameworkHandle) =
            let filter =
                context.GetTestCaseFilter([ "FullyQualifiedName"; "DisplayName"; "Name" ], (fun _ -> null))
                |> Option.ofObj

            let isChosen (found: Found) =
                filter
                |> Option.forall _.MatchTestCase(found.Case, (fun _ -> box found.Case.FullyQualifiedName))

            for source in sources do
                run (Found.inFile source |> List.filter isChosen) handle

        member _.RunTests(tests: seq<TestCase>, _: IRunContext, handle: IFrameworkHandle) =
            for source, cases in tests |> Seq.groupBy _.Source do
                let names = cases |> Seq.map _.FullyQualifiedName |> HashSet

                let chosen =
                    Found.inFile source
                    |> List.filter (fun found -> names.Contains found.Case.FullyQualifiedName)

                run chosen handle

        member _.Cancel() = cancellation.Cancel()
