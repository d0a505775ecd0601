module Hybrid.Tests.ThresholdsTests

open Hybrid.Models
open Xunit

let private chosen (examples: (float * bool) list) : float =
    Thresholds.choose
        (examples |> List.map fst |> Array.ofList)
        (examples |> List.map snd |> Array.ofList)
        (Array.create examples.Length 1.0)

[<Fact>]
let ``A threshold – one half among the best – is one half`` () =
    Assert.Equal(0.5, chosen [ 0.9, true; 0.1, false ])
    Assert.Equal(0.5, chosen [ 0.5, true; 0.4999, false ])
    // every threshold has F1 0
    Assert.Equal(0.5, chosen [ 0.9, false; 0.1, false ])
    Assert.Equal(0.5, chosen [])

[<Fact>]
let ``A threshold – one half not among the best – has few decimals and is near one half`` () =
    Assert.Equal(0.3, chosen [ 0.38, true; 0.31, true; 0.21, false; 0.1, false ])
    Assert.Equal(0.7, chosen [ 0.92, true; 0.64, false; 0.51, false ])
    Assert.Equal(0.78, chosen [ 0.784, true; 0.776, false ])
    // all yes
    Assert.Equal(0.0, chosen [ 0.08, true; 0.06, true ])
    Assert.Equal(0.0, chosen [ 0.0, true; 0.0, true ])
    // none of nine decimals: the probability itself
    Assert.Equal(2e-12, chosen [ 2e-12, true; 1e-12, false ])

[<Fact>]
let ``A threshold – an example of weight 2 – is that of the row twice`` () =
    let probabilities = [| 0.9; 0.7; 0.4; 0.2 |]
    let areYes = [| true; false; true; false |]
    let weighted = Thresholds.choose probabilities areYes [| 1.0; 1.0; 2.0; 1.0 |]

    Assert.Equal(chosen [ 0.9, true; 0.7, false; 0.4, true; 0.4, true; 0.2, false ], weighted)

    Assert.Equal(0.4, weighted)

[<Fact>]
let ``Outcomes of a label – a threshold of its own – decide by it`` () =
    let outcomes threshold =
        Outcomes.ofLabel true threshold [| 0.6; 0.4; 0.3; 0.1 |] [| 1; 1; 0; 0 |] None

    let value name outcomes =
        match Metric.value (Metric.named name) outcomes with
        | Ok value -> value
        | Error reason -> raise (Xunit.Sdk.XunitException reason)

    Assert.Equal(0.75, value "accuracy" (outcomes 0.5))
    Assert.Equal(1.0, value "accuracy" (outcomes 0.4))
    Assert.Equal(0.5, value "accuracy" (outcomes 0.0))
    // confidence is the likeliest answer's, whatever is decided
    Assert.Equal(value "calibration-error" (outcomes 0.5), value "calibration-error" (outcomes 0.0))
