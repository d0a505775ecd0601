namespace Hybrid.Testing

open System
open System.Text.RegularExpressions
open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// Runs properties under any test runner: a failure prints a shrunk counterexample and the seed to replay it.
[<AutoOpen>]
module Check =
    let private environment (name: string) =
        Environment.GetEnvironmentVariable name
        |> Option.ofObj
        |> Option.filter ((<>) "")

    /// <summary>The cases that a failure names: "seed,gamma" are those of a whole run, "seed,gamma,size" those of one
    /// step.</summary>
    /// <remarks>Text is accepted as FsCheck and Expecto print it: (1,3,2) and (1UL, 3UL, Some 2).</remarks>
    /// <exception cref="T:Hybrid.HybridException">The text is not two or three numbers, or gamma is even.</exception>
    let replayOf (text: string) : Replay =
        let found =
            Regex.Match(text, @"^\s*\(?(\d+)(?:UL)?\s*,\s*(\d+)(?:UL)?(?:\s*,\s*(?:Some )?(\d+))?\)?\s*$")

        let number (group: int) =
            UInt64.TryParse found.Groups[group].Value

        match number 1, number 2, Int32.TryParse found.Groups[3].Value with
        | (true, seed), (true, gamma), (isStep, size) when
            gamma % 2UL = 1UL && isStep = found.Groups[3].Success
            ->
            {
                Rnd = Rnd(seed, gamma)
                Size = (if isStep then Some size else None)
            }
        | _ ->
            raise (
                HybridException
                    $"\"{text}\" is not a seed of random cases: give seed,gamma or seed,gamma,size, integers with an odd gamma."
            )

    let private replay () : Replay option =
        environment "FSCHECK_REPLAY" |> Option.map replayOf

    let private maximum (cases: int) : int =
        match environment "FSCHECK_MAX" with
        | None -> cases
        | Some text ->
            match Int32.TryParse text with
            | true, maximum when maximum > 0 -> maximum
            | _ ->
                raise (HybridException $"FSCHECK_MAX must be a number of cases, at least 1, not \"{text}\".")

    /// A runner that says nothing of single cases: FsCheck's own prints an empty text for each, and Expecto's console writer takes
    /// longer for that than most laws do.
    let private quiet (runner: IRunner) : IRunner =
        { new IRunner with
            member _.OnStartFixture kind = runner.OnStartFixture kind
            member _.OnArguments(_, _, _) = ()
            member _.OnShrink(_, _) = ()
            member _.OnFinished(name, result) = runner.OnFinished(name, result)
        }

    /// <summary>The FsCheck settings for properties that are run for a given number of cases.</summary>
    /// <remarks>FSCHECK_REPLAY="seed,gamma" uses the cases of a seed for all properties; "seed,gamma,size" repeats the step at
    /// which a property failed, as FsCheck or Expecto prints it. FSCHECK_MAX sets the number of cases.</remarks>
    /// <exception cref="T:Hybrid.HybridException">One of the two variables is not such a text.</exception>
    let config (cases: int) : Config =
        let quick = Config.QuickThrowOnFailure

        quick
            .WithRunner(quiet quick.Runner)
            .WithQuietOnSuccess(true)
            .WithMaxTest(maximum cases)
            .WithReplay(replay ())

    /// Random values outside of properties; those of FSCHECK_REPLAY's seed, if it is set.
    let sample (count: int) (generator: Gen<'value>) : 'value[] =
        match replay () with
        | Some seed -> Gen.sampleWithSeed seed.Rnd 50 count generator
        | None -> Gen.sample count generator

    /// Checks a property on a number of random cases.
    let checkCases (cases: int) (property: 'property) : unit = Check.One(config cases, property)

    /// Checks a property on 100 random cases.
    let check (property: 'property) : unit = checkCases 100 property
