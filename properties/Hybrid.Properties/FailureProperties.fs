/// The message of a failing property, with Expecto and under any other runner, must suffice to reproduce it.
module Hybrid.Properties.FailureProperties

open System.Text.RegularExpressions
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

/// Six numbers, any of which may be left out.
let private numbers: Arbitrary<int list> =
    Arb.fromGenShrink (
        Gen.listOfLength 6 (Gen.choose (0, 100)),
        fun numbers -> seq { for i in 0 .. numbers.Length - 1 -> List.removeAt i numbers }
    )

/// False on purpose, for one list in six: shrinking keeps one number of it.
let private areSmall (numbers: int list) : Property =
    List.forall (fun number -> number < 98) numbers |> Prop.label "they are small"

/// Expecto's message about the property with these settings.
let private byExpecto (config: Config) : string =
    let test =
        testPropertyWithConfig (settings config) "small numbers" (Prop.forAll numbers areSmall)

    match Impl.evalTestsSilent test |> Async.RunSynchronously with
    | [ _, summary ] ->
        match summary.result with
        | Impl.TestResult.Failed message -> message
        | result -> failtest $"{result}"
    | results -> failtest $"{results.Length} results"

/// FsCheck's message about it, under any runner.
let private byCheck (config: Config) : string =
    try
        Check.One(config, Prop.forAll numbers areSmall)
        failtest "the property holds"
    with error when error.Message.StartsWith "Falsifiable" ->
        error.Message

/// The group of a pattern in its last match.
let private found (pattern: string) (message: string) : string =
    let found = Regex.Matches(message, pattern)
    Expect.isGreaterThan found.Count 0 $"{pattern} in {message}"
    (Seq.last found).Groups[1].Value

/// Checks the parts of every failure message, and that its seed gives the same case at once.
let private isComplete (say: Config -> string) (original: string) (seed: string) =
    // independent of the environment, which would give the same case, or none at all
    let config = (Check.config 1000).WithMaxTest(1000).WithReplay(None)
    let message = say config
    found @"(?i)shrunk" message |> ignore
    found @"Label of failing property: (they are small)" message |> ignore
    let case = found original message

    let again = say (config.WithReplay(Some(Check.replayOf (found seed message))))

    found @"after (1) test\b" again |> ignore
    Expect.equal (found original again) case "the case of the replay"

[<Tests>]
let tests =
    testList
        "failures"
        [
            testCase
                "A failing Expecto property reports its shrunk case, its label and a seed that reproduces the case"
                (fun () -> isComplete byExpecto @"Parameters:\n\t(.*)\n" @"Focus on error:\n\t\S+ (\(.*?\))")

            // the seed of the step comes after that of the run, except for a failure at the first step
            testCase "A failing property under another runner reports the same" (fun () ->
                isComplete byCheck @"Original:\n(.*)\n" @"(?:shrinks?\)|failing step with) (\(.*?\))")

            testCase "A seed is accepted as it is printed, and other text is refused" (fun () ->
                for text in [ "1,3"; " 1, 3 "; "(1,3)"; "(1UL, 3UL)" ] do
                    Expect.equal (Check.replayOf text) { Rnd = Rnd(1UL, 3UL); Size = None } text

                for text in [ "1,3,2"; "(1,3,2)"; "(1UL, 3UL, Some 2)" ] do
                    Expect.equal (Check.replayOf text) { Rnd = Rnd(1UL, 3UL); Size = Some 2 } text

                for text in
                    [
                        ""
                        "1"
                        "1,2"
                        "1,3,2,4"
                        "a,b"
                        "99999999999999999999,1"
                        "1,3,99999999999"
                        "-1,3"
                    ] do
                    Expect.throwsT<HybridException> (fun () -> Check.replayOf text |> ignore) text)
        ]
