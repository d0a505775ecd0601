/// Properties as tests of Expecto, with the numbers of cases and the seed that hold everywhere here.
[<AutoOpen>]
module Hybrid.Properties.Property

open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Testing

/// FsCheck's settings as Expecto's.
let settings (config: Config) : FsCheckConfig =
    { FsCheckConfig.defaultConfig with
        maxTest = config.MaxTest
        replay =
            config.Replay
            |> Option.map (fun replay -> replay.Rnd.Seed, replay.Rnd.Gamma, replay.Size)
    }

/// A property of random values, in a number of cases: FSCHECK_MAX and FSCHECK_REPLAY say otherwise.
let property (name: string) (cases: int) (values: Arbitrary<'value>) (holds: 'value -> 'result) : Test =
    testPropertyWithConfig (settings (Check.config cases)) name (Prop.forAll values holds)

/// Holds where there are no complaints; a failure shows the first of them.
let withoutComplaints (complaints: string list) : Property =
    complaints.IsEmpty
    |> Prop.label (complaints |> List.truncate 5 |> String.concat "\n")

module Expect =
    /// A number from a lower to an upper bound, both included.
    let isBetween (actual: float) (lower: float) (upper: float) (what: string) : unit =
        if not (lower <= actual && actual <= upper) then
            failtest $"{what}: {actual:R} is not between {lower:R} and {upper:R}"
