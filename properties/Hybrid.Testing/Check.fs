namespace Hybrid.Testing

open System
open FsCheck

/// Running properties under any test runner: a failure prints a shrunk counterexample and the seed to replay it.
[<AutoOpen>]
module Check =
    let private environment (name: string) =
        Environment.GetEnvironmentVariable name
        |> Option.ofObj
        |> Option.filter ((<>) "")

    /// FSCHECK_REPLAY="seed,gamma[,size]" repeats one run of a failure; FSCHECK_MAX sets the number of cases.
    let config (cases: int) : Config =
        let replay =
            environment "FSCHECK_REPLAY"
            |> Option.map (fun text ->
                let parts = text.Split ','

                {
                    Rnd = Rnd(UInt64.Parse parts[0], UInt64.Parse parts[1])
                    Size = (if parts.Length > 2 then Some(int parts[2]) else None)
                })

        Config.QuickThrowOnFailure
            .WithQuietOnSuccess(true)
            .WithMaxTest(environment "FSCHECK_MAX" |> Option.map int |> Option.defaultValue cases)
            .WithReplay(replay)

    /// Holds a property to a number of random cases.
    let checkCases (cases: int) (property: 'property) : unit = Check.One(config cases, property)

    /// Holds a property to 100 random cases.
    let check (property: 'property) : unit = checkCases 100 property
