/// Networks and examples in which each rule of the lecture finds something, or does not.
module Hybrid.Tests.FindingsCases

open System
open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Tests.CoreTesting

let normal =
    Examples.all 4 (Random.normals 5UL 800 |> Array.map float32) (Array.init 200 (fun i -> float32 (i % 3)))

let private task = LearningTask.Classification 3

let measured accuracy count =
    {
        Examples = count
        Weight = float count
        Loss = 0.1
        Quality = Classified(accuracy, Array2D.zeroCreate 3 3)
        Each = []
    }

let examineAs (optimizer: Optimizer) rate training heldOut (network: Network) (data: Examples) =
    let choices =
        { options task Loss.softmax with
            Optimizer = optimizer
            LearningRate = rate
            BatchSize = 32
        }

    {
        Units = Units.ofNetwork engine network data
        Flow = Flow.ofNetwork engine choices network data
        IsFinite =
            Network.parameters network
            |> List.forall (snd >> Reference.value >> Array.forall Double.IsFinite)
        Trained = Some(optimizer, rate)
        Training = measured training data.Count
        HeldOut = heldOut
    }

let examine network data =
    examineAs Optimizer.adam 0.001 1.0 None network data

/// A network with different values of a parameter at some places.
let alter name (change: int -> float -> float) (network: Network) =
    network
    |> Network.map (fun key value ->
        if key = name then
            Tensor.constant value.Shape (Array.mapi change (Reference.value value))
        else
            value)

let tanh = dense "tanh" [ 4; 10; 8; 3 ]

/// The first units of the first layer with a bias of -100 or 100.
let biased bias count network =
    alter "0.bias" (fun i b -> if i < count then bias else b) network

let private scaled (factor: float32) =
    { normal with
        Features = Array.map ((*) factor) normal.Features
    }

let private mapped f =
    { normal with
        Features = Array.map f normal.Features
    }

/// Inputs far from the origin of layers: the first one hardly answers, the second one makes much of it.
let private steep =
    tanh
    |> alter "0.weight" (fun _ w -> 1e-3 * w)
    |> alter "2.weight" (fun _ w -> 1e2 * w)

let private heldOut accuracy count = Some(measured accuracy count)

/// For each rule, by its kind: an examination with a finding and one without.
let cases: (string * (string * Examination) list * (string * Examination) list) list =
    [
        "not-finite",
        [
            "a weight is NaN", examine (alter "0.weight" (fun i w -> if i = 0 then nan else w) tanh) normal
            "a bias is infinite", examine (biased infinity 1 (dense "relu" [ 4; 10; 8; 3 ])) normal
            "the loss is NaN",
            { examine tanh normal with
                Training = { measured 1.0 9 with Loss = nan }
            }
        ],
        [ "large but finite", examine (biased 1e30 1 tanh) normal ]

        "standstill",
        [
            "no unit ever fires",
            examineAs Optimizer.adam 0.001 0.5 None (biased -100.0 10 (dense "relu" [ 4; 10; 3 ])) normal
            "steps for scores", examineAs Optimizer.adam 0.001 0.5 None (tanh >=> Activation.step) normal
        ],
        [
            "not learned", examineAs Optimizer.adam 0.001 0.5 None tanh normal
            "learned", examine (tanh >=> Activation.step) normal
            "one unit fires",
            examineAs Optimizer.adam 0.001 0.5 None (biased -100.0 9 (dense "relu" [ 4; 10; 3 ])) normal
        ]

        "dead-units",
        [
            "two of ten", examine (biased -100.0 2 (dense "relu" [ 4; 10; 8; 3 ])) normal
        ],
        [
            "one of ten", examine (biased -100.0 1 (dense "relu" [ 4; 10; 8; 3 ])) normal
            "leaky", examine (biased -100.0 10 (dense "leaky-relu" [ 4; 10; 8; 3 ])) normal
        ]

        "no-gradient",
        [
            "two of ten sigmoids", examine (biased 100.0 2 (dense "sigmoid" [ 4; 10; 8; 3 ])) normal
            "two pieces of six",
            examine
                (Maxout.network (Maxout.create He 1UL 2 4 3)
                 |> biased -100.0 2
                 |> fun maxout -> maxout >=> dense "relu" [ 3; 3 ])
                normal
        ],
        [
            "one of ten sigmoids", examine (biased 100.0 1 (dense "sigmoid" [ 4; 10; 8; 3 ])) normal
            "leaky", examine (biased -100.0 10 (dense "leaky-relu" [ 4; 10; 8; 3 ])) normal
            "dead ones are said to be dead", examine (biased -100.0 2 (dense "relu" [ 4; 10; 8; 3 ])) normal
            "all pieces win",
            examine (Maxout.network (Maxout.create He 1UL 2 4 3) >=> dense "relu" [ 3; 3 ]) normal
        ]

        "saturated",
        [
            "tanh of large weights", examine (alter "0.weight" (fun _ w -> 100.0 * w) tanh) normal
            "sigmoid of large weights",
            examine (alter "0.weight" (fun _ w -> 100.0 * w) (dense "sigmoid" [ 4; 10; 3 ])) normal
        ],
        [
            "tanh", examine tanh normal
            "two of ten tanh", examine (biased 100.0 2 tanh) normal
            "relu of large weights",
            examine (alter "0.weight" (fun _ w -> 100.0 * w) (dense "relu" [ 4; 10; 3 ])) normal
        ]

        "sigmoid",
        [ "hidden", examine (dense "sigmoid" [ 4; 10; 3 ]) normal ],
        [
            "an output", examine (dense "tanh" [ 4; 10; 3 ] >=> Activation.sigmoid) normal
        ]

        "vanishing-gradient",
        [
            "eight of sigmoid", examine (dense "sigmoid" (4 :: List.replicate 8 16 @ [ 3 ])) normal
        ],
        [
            "eight of tanh", examine (dense "tanh" (4 :: List.replicate 8 16 @ [ 3 ])) normal
            "one of sigmoid", examine (dense "sigmoid" [ 4; 16; 3 ]) normal
        ]

        "exploding-gradient",
        [ "a layer that makes much of little", examine steep normal ],
        [ "tanh", examine tanh normal ]

        "large-updates",
        [ "sgd", examineAs Optimizer.sgd 50.0 1.0 None tanh normal ],
        [ "adam", examine tanh normal ]

        "small-updates",
        [ "adam", examineAs Optimizer.adam 1e-6 0.5 None tanh normal ],
        [
            "learned", examineAs Optimizer.adam 1e-6 0.95 None tanh normal
            "adam", examineAs Optimizer.adam 1e-3 0.5 None tanh normal
            "unknown",
            { examineAs Optimizer.adam 1e-6 0.5 None tanh normal with
                Trained = None
            }
        ]

        "unscaled-inputs",
        [
            "large", examine tanh (scaled 100f)
            "far from zero", examine tanh (mapped (fun x -> x + 10f))
            "small", examine tanh (scaled 0.01f)
        ],
        [
            "standardised", examine tanh normal
            "indicators", examine tanh (mapped (fun x -> if x > 1f then 1f else 0f))
            "none of which varies", examine tanh (scaled 0f)
        ]

        "positive-inputs",
        [ "absolute", examine tanh (mapped abs) ],
        [
            "standardised", examine tanh normal
            "one feature",
            examine
                (dense "tanh" [ 1; 8; 3 ])
                (Examples.all 1 (Array.map abs normal.Features[..199]) normal.Targets)
            "indicators", examine tanh (mapped (fun x -> if x > 1f then 1f else 0f))
        ]

        "overfitting",
        [
            "a gap", examineAs Optimizer.adam 0.001 1.0 (heldOut 0.7 100) tanh normal
            "a gap of R²",
            { examine tanh normal with
                Training =
                    {
                        Examples = 9
                        Weight = 9.0
                        Loss = 0.1
                        Quality = Estimated(1.0, 1.0, 0.9)
                        Each = []
                    }
                HeldOut =
                    Some
                        {
                            Examples = 9
                            Weight = 9.0
                            Loss = 0.1
                            Quality = Estimated(1.0, 1.0, 0.5)
                            Each = []
                        }
            }
        ],
        [
            "no gap", examineAs Optimizer.adam 0.001 1.0 (heldOut 0.95 100) tanh normal
            "better", examineAs Optimizer.adam 0.001 0.5 (heldOut 0.95 100) tanh normal
            "chance", examineAs Optimizer.adam 0.001 1.0 (heldOut 0.7 5) tanh normal
            "nothing held out", examine tanh normal
        ]
    ]
