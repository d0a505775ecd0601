namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Kernels

/// <summary>R13: ReLU is thresholding, and cheap.</summary>
/// <remarks>A million numbers, one thread, by the engine (float32, vectorised) and by a plain loop (float64, the machine's own
/// functions); medians of 41 rounds in which the three functions take turns. The ratio depends on the machine;
/// twice is far below the measurements on every engine of an AVX-512 machine, idle or busy.</remarks>
module internal ReluCost =
    [<Literal>]
    let private Numbers = 1000000

    let private functions =
        [ "relu", Unary.Relu; "tanh", Unary.Tanh; "sigmoid", Unary.Sigmoid ]

    let private onEngine (x: float32[]) rounds =
        let engine = CpuEngine.Create 1
        let y = Array.zeroCreate<float32> Numbers

        functions
        |> List.map (fun (_, operation) -> fun () -> engine.Kernels.Unary(operation, ReadOnlySpan x, Span y))
        |> Timing.medians rounds

    let private plain (x: float[]) rounds =
        let y = Array.zeroCreate<float> Numbers

        let relu () =
            for i in 0 .. x.Length - 1 do
                y[i] <- Math.Max(0.0, x[i])

        let tanh () =
            for i in 0 .. x.Length - 1 do
                y[i] <- Math.Tanh x[i]

        let sigmoid () =
            for i in 0 .. x.Length - 1 do
                y[i] <- 1.0 / (1.0 + Math.Exp -x[i])

        Timing.medians rounds [ relu; tanh; sigmoid ]

    /// The count of numbers where the engine's ReLU differs from max(0, x) in a bit.
    let private unlikeThreshold (x: float32[]) =
        let engine = CpuEngine.Create 1
        let y = Array.zeroCreate<float32> x.Length
        engine.Kernels.Unary(Unary.Relu, ReadOnlySpan x, Span y)

        Array.map2
            (fun (x: float32) (y: float32) ->
                if
                    BitConverter.SingleToInt32Bits y =
                        BitConverter.SingleToInt32Bits(if x > 0f then x else 0f)
                then
                    0
                else
                    1)
            x
            y
        |> Array.sum

    /// From the count where ReLU is not a threshold, and the time of the fastest other function / that of ReLU.
    let conditions (unlike: int) (ratio: float) : Condition list =
        [
            Condition.never "ReLU is thresholding at zero" unlike "max(0, x) to the bit: nothing is rounded"
            Condition.atLeast
                "tanh and sigmoid are expensive in comparison"
                ratio
                2.0
                "times the time of ReLU, the minimum of four comparisons: less could be due to loop and memory"
        ]

    let private run (setting: Setting) : Outcome =
        let rounds = if setting.Quick then 11 else 41
        let numbers = Random.normals setting.Seed Numbers
        let single = Array.map float32 numbers
        let engine, plain = onEngine single rounds, plain numbers rounds
        let ratio (times: float list) index = times[index] / times[0]
        let unlike = unlikeThreshold single

        let conditions =
            conditions unlike (List.min [ ratio engine 1; ratio engine 2; ratio plain 1; ratio plain 2 ])

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "nanoseconds per number, ReLU, engine" (1e9 * engine[0] / float Numbers)
                    Measurement.own "tanh / ReLU, engine" (ratio engine 1)
                    Measurement.own "sigmoid / ReLU, engine" (ratio engine 2)
                    Measurement.own
                        "nanoseconds per number, ReLU, plain loop"
                        (1e9 * plain[0] / float Numbers)
                    Measurement.own "tanh / ReLU, plain loop" (ratio plain 1)
                    Measurement.own "sigmoid / ReLU, plain loop" (ratio plain 2)
                ]
            Seeds = 1
            Notes =
                [
                    $"Times depend on the machine and its other load; these are medians of {rounds} rounds. In a network the matrix products take most of the time, so the whole gains less."
                ]
            Figures =
                [
                    "relu", Sigmoid.curve "Rectified linear unit: max(0, x)" "ReLU(x)" Tensor.relu
                ]
        }

    let experiment: Experiment =
        {
            Name = "relu-cost"
            Row = "R13"
            Title = "ReLU is a threshold, and cheap"
            Claim =
                "Unlike tanh and sigmoid, which need expensive operations, ReLU can be implemented by thresholding a matrix of activations at zero."
            Source =
                "the lecture, slide \"ReLU Pros & Cons\"; Nair and Hinton, \"Rectified linear units improve restricted Boltzmann machines\" (2010)"
            Data = NoData
            Run = run
        }
