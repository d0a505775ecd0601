module Hybrid.Tests.GradientCheckTests

open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Tests.CoreTesting
open Xunit

let private some (width: int) (count: int) (target: int -> float32) =
    let features =
        Random.normals 7UL (width * count) |> Array.map float32 |> List.ofArray

    examples width features (List.init count target)

let private classified = some 4 30 (fun i -> float32 (i % 3))

let private check network =
    GradientCheck.ofNetwork GradientSource.graph 1UL 20 0 (Classification 3) Loss.softmax network classified

[<Theory>]
[<InlineData "tanh">]
[<InlineData "sigmoid">]
[<InlineData "relu">]
[<InlineData "elu">]
let ``The gradients of a network agree with difference quotients`` (activation: string) =
    let report = check (dense activation [ 4; 6; 5; 3 ])
    Assert.InRange(report.MaxRelativeError, 0.0, 1e-6)
    Assert.Equal((83, 20), (report.Parameters, report.Examples))
    Assert.Equal(83, report.Checked + report.Kinks.Length)
    Assert.Equal(5, report.Worst.Length)

[<Fact>]
let ``The gradients of maxout, hinge, absolute and Huber agree with difference quotients`` () =
    let network = Maxout.network (Maxout.create He 1UL 2 4 6) >=> dense "tanh" [ 6; 3 ]

    let hinge =
        GradientCheck.ofNetwork GradientSource.graph 1UL 0 0 (Classification 3) Loss.hinge network classified

    Assert.InRange(hinge.MaxRelativeError, 0.0, 1e-6)
    Assert.Equal(30, hinge.Examples)

    for loss in [ Loss.absolute; Loss.huber; Loss.squared ] do
        let report =
            GradientCheck.ofNetwork
                GradientSource.graph
                2UL
                0
                0
                (Regression 1)
                loss
                (dense "relu" [ 4; 5; 1 ])
                (some 4 30 float32)

        Assert.InRange(report.MaxRelativeError, 0.0, 1e-6)

[<Fact>]
let ``A sample has N elements of each parameter, the same for the same key`` () =
    let network = dense "tanh" [ 4; 6; 5; 3 ]

    let run key =
        GradientCheck.ofNetwork
            GradientSource.graph
            key
            5
            4
            (Classification 3)
            Loss.softmax
            network
            classified

    let report = run 1UL
    Assert.Equal((4 * 5 + 3, 83, 5), (report.Checked, report.Parameters, report.Examples))
    Assert.Equal(report, run 1UL)
    Assert.NotEqual(report, run 2UL)

[<Fact>]
let ``A wrong derivative is detected, in its layer`` () =
    let wrong = Gradient.custom "Tanh" Tensor.tanh (fun _ y g -> g * (1.0 - y))

    let report =
        check (
            dense "tanh" [ 4; 6 ]
            >=> Network.ofLayer (Layer.ofFunction "wrong" wrong)
            >=> dense "tanh" [ 6; 3 ]
        )

    Assert.True(report.MaxRelativeError > 0.1)
    Assert.All(report.Worst, fun pair -> Assert.StartsWith("0.", pair.Parameter))
    Assert.Equal(report.MaxRelativeError, report.Worst.Head.RelativeError)

[<Fact>]
let ``Gradients of a different source are compared directly, without steps and kinks`` () =
    let network = dense "relu" [ 4; 6; 3 ]

    let scaled factor =
        { GradientSource.graph with
            Gradient =
                fun output sources ->
                    Derivative.gradient output sources
                    |> List.map (fun gradient -> factor * gradient)
        }

    let against other =
        GradientCheck.ofNetworkAgainst
            other
            GradientSource.graph
            1UL
            20
            0
            (Classification 3)
            Loss.softmax
            network
            classified

    let same = against (scaled 1.0)
    Assert.Equal((0.0, 51, 51, 20), (same.MaxRelativeError, same.Checked, same.Parameters, same.Examples))
    Assert.Empty same.Kinks

    let other = against (scaled 1.25)
    Assert.Equal(0.2, other.MaxRelativeError, 1e-12)

    for pair in other.Worst do
        Assert.Equal(1.25 * pair.Analytic, pair.Numeric, 1e-12)

/// max(0, w) where w is this number.
let private atRelu (w: float) =
    let parameter = Tensor.input "w" [ 1 ]

    GradientCheck.ofLosses
        GradientSource.graph
        1UL
        0
        [ "w", [| w |] ]
        [ "w", parameter ]
        (Tensor.relu parameter + 0.1 * parameter)

[<Fact>]
let ``A kink within the step is listed, and excluded from the maximum error`` () =
    let report = atRelu 1e-8
    Assert.Equal((0, 0.0, 1), (report.Checked, report.MaxRelativeError, report.Kinks.Length))
    let kink = report.Kinks.Head
    Assert.Equal(("w", 1.1), (kink.Parameter, kink.Analytic))
    Assert.Equal<int list>([ 0 ], kink.Index)
    Assert.InRange(kink.Numeric, 0.5, 0.7)

[<Fact>]
let ``A kink that a smaller step avoids is not counted`` () =
    let report = atRelu 2e-6
    Assert.Equal((1, 0), (report.Checked, report.Kinks.Length))
    Assert.InRange(report.MaxRelativeError, 0.0, 1e-7)

[<Fact>]
let ``A parameter that nothing depends on passes, and a NaN parameter does not`` () =
    let w, idle = Tensor.input "w" [ 1 ], Tensor.input "idle" [ 2 ]

    let run value =
        GradientCheck.ofLosses
            GradientSource.graph
            1UL
            0
            [ "w", [| value |]; "idle", [| 1.0; 2.0 |] ]
            [ "w", w; "idle", idle ]
            (w * w)

    Assert.Equal(3, (run 2.0).Checked)
    Assert.InRange((run 2.0).MaxRelativeError, 0.0, 1e-9)
    Assert.Equal(infinity, (run nan).MaxRelativeError)
    Assert.Equal(infinity, (run infinity).MaxRelativeError)

[<Fact>]
let ``A gradient check without examples is an error`` () =
    raises<HybridException, _> [ "there are none" ] (fun () ->
        GradientCheck.ofNetwork
            GradientSource.graph
            1UL
            0
            0
            (Classification 3)
            Loss.softmax
            (dense "tanh" [ 4; 3 ])
            (some 4 0 float32))

[<Fact>]
let ``A gradient that is 0 everywhere passes, though the difference is rounded`` () =
    // two scores that are always equal
    let same = Layer.ofFunction "same" (fun x -> Tensor.concat 1 [ x; x ])

    let report =
        GradientCheck.ofNetwork
            GradientSource.graph
            1UL
            0
            0
            (Classification 2)
            Loss.softmax
            (dense "relu" [ 4; 5; 1 ] >=> Network.ofLayer same)
            (some 4 30 (fun i -> float32 (i % 2)))

    Assert.Equal(0.0, report.MaxRelativeError)
    Assert.True(report.Worst |> List.forall (fun pair -> abs pair.Numeric < 1e-10))

[<Fact>]
let ``Progress counts up to the number of elements`` () =
    let seen = System.Collections.Concurrent.ConcurrentBag<int * int>()

    GradientCheck.ofNetworkWatched
        (fun finished all -> seen.Add((finished, all)))
        GradientSource.graph
        1UL
        5
        2
        (Classification 3)
        Loss.softmax
        (dense "tanh" [ 4; 6; 3 ])
        classified
    |> ignore

    Assert.Equal<(int * int) list>([ for i in 1..8 -> i, 8 ], seen |> Seq.sort |> List.ofSeq)

[<Fact>]
let ``A large network is checked on fewer examples and elements`` () =
    Assert.Equal(struct (64, 200), GradientCheck.affordable 4 (dense "tanh" [ 4; 6; 3 ]))

    let struct (examples, elements) =
        GradientCheck.affordable 784 (dense "relu" [ 784; 512; 10 ])

    Assert.True(examples > 50 && elements < 50, $"{examples} {elements}")

    let struct (examples, _) =
        GradientCheck.affordable 2000 (dense "relu" [ 2000; 2000; 2000; 10 ])

    Assert.InRange(examples, 1, 20)
