namespace Hybrid.Testing

open System
open FsCheck
open FsCheck.FSharp

/// Running properties under any test runner: a failure prints a shrunk counterexample and the seed to replay it.
[<AutoOpen>]
module Check =
    let private environment (name: string) =
        Environment.GetEnvironmentVariable name
        |> Option.ofObj
        |> Option.filter ((<>) "")

    let private replay =
        environment "FSCHECK_REPLAY"
        |> Option.map (fun text ->
            let parts = text.Split ','

            {
                Rnd = Rnd(UInt64.Parse parts[0], UInt64.Parse parts[1])
                Size = (if parts.Length > 2 then Some(int parts[2]) else None)
            })

    /// FSCHECK_REPLAY="seed,gamma" makes the cases of all properties those of a seed; "seed,gamma,size" repeats the step at
    /// which a property failed. FSCHECK_MAX sets the number of cases.
    let config (cases: int) : Config =
        Config.QuickThrowOnFailure
            .WithQuietOnSuccess(true)
            .WithMaxTest(environment "FSCHECK_MAX" |> Option.map int |> Option.defaultValue cases)
            .WithReplay(replay)

    /// Random values, outside properties; those of FSCHECK_REPLAY's seed, where it is set.
    let sample (count: int) (generator: Gen<'value>) : 'value[] =
        match replay with
        | Some seed -> Gen.sampleWithSeed seed.Rnd 50 count generator
        | None -> Gen.sample count generator

    /// Holds a property to a number of random cases.
    let checkCases (cases: int) (property: 'property) : unit = Check.One(config cases, property)

    /// Holds a property to 100 random cases.
    let check (property: 'property) : unit = checkCases 100 property
