module Hybrid.Tests.ScheduleTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Theory>]
[<InlineData("constant", 1.0, 1.0, 1.0)>]
[<InlineData("step", 1.0, 0.1, 0.001)>]
[<InlineData("exponential", 1.0, 0.1, 0.01)>]
[<InlineData("cosine", 1.0, 0.5, 0.0)>]
let ``Schedules have their factors at the start, halfway and at the end`` (name: string, first, half, last) =
    let factor = (Schedule.named name).Factor
    closeTo 1e-15 [ first; half; last ] [ factor 0.0; factor 0.5; factor 1.0 ]

[<Fact>]
let ``The step schedule drops after each third`` () =
    closeTo
        1e-15
        [ 1.0; 0.1; 0.1; 0.01 ]
        (List.map Schedule.step.Factor [ 0.333; 1.0 / 3.0; 0.666; 2.0 / 3.0 ])

[<Fact>]
let ``A schedule that does not exist is an error that lists those that do`` () =
    raises<HybridException, _> ("«linear»" :: (Schedule.all |> List.map _.Name)) (fun () ->
        Schedule.named "linear")
