/// Properties as Expecto tests, with the number of cases and the seed that apply everywhere here.
[<AutoOpen>]
module Hybrid.Properties.Property

open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Testing

/// FsCheck's settings in Expecto's form.
let settings (config: Config) : FsCheckConfig =
    { FsCheckConfig.defaultConfig with
        maxTest = config.MaxTest
        replay =
            config.Replay
            |> Option.map (fun replay -> replay.Rnd.Seed, replay.Rnd.Gamma, replay.Size)
    }

/// A property of random values, on a number of cases; FSCHECK_MAX and FSCHECK_REPLAY override these.
let property (name: string) (cases: int) (values: Arbitrary<'value>) (holds: 'value -> 'result) : Test =
    testPropertyWithConfig (settings (Check.config cases)) name (Prop.forAll values holds)

/// Holds if there are no complaints; a failure shows the first few.
let withoutComplaints (complaints: string list) : Property =
    complaints.IsEmpty
    |> Prop.label (complaints |> List.truncate 5 |> String.concat "\n")

module Expect =
    /// A number between a lower and an upper bound, both included.
    let isBetween (actual: float) (lower: float) (upper: float) (what: string) : unit =
        if not (lower <= actual && actual <= upper) then
            failtest $"{what}: {actual:R} is not between {lower:R} and {upper:R}"
