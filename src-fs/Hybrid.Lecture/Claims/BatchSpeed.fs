namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Kernels

/// <summary>R23: a batch is evaluated efficiently, in parallel.</summary>
/// <remarks>Random examples in batches of 256 on all threads and on one, and one by one on one thread, with compiled plans in all
/// cases; medians of interleaved rounds. Each weight that is read from memory serves a whole batch, so the gain grows
/// as less of the network fits into the caches: 784-1024-1024-10 decides, 784-256-128-10 is also reported. The gain
/// depends on the machine: 4.4 to 5.0 times on two busy processors. Outputs are compared bit by bit for
/// 1, 2, 3 and all threads.</remarks>
module internal BatchSpeed =
    [<Literal>]
    let private Width = 784

    let private large, small = [ Width; 1024; 1024; 10 ], [ Width; 256; 128; 10 ]

    [<Literal>]
    let private ExampleCount = 512

    let private withEngine threads (work: Engine -> 'result) : 'result =
        use engine = CpuEngine.Create threads
        work engine

    /// Seconds per example: one by one, in batches on one thread, in batches on all threads.
    let private seconds (features: float32[]) rounds seed (sizes: int list) : float list =
        let network = Dense.network "relu" seed sizes

        withEngine 1 (fun single ->
            withEngine 0 (fun all ->
                let alone, together =
                    Inference.create single network Width, Inference.create all network Width

                let rows = Array.init ExampleCount (fun row -> [| row |])

                [
                    fun () -> rows |> Array.iter (fun row -> alone.Run(features, row) |> ignore)
                    fun () -> alone.Run features |> ignore
                    fun () -> together.Run features |> ignore
                ]
                |> Timing.medians rounds
                |> List.map (fun seconds -> seconds / float ExampleCount)))

    /// Outputs that differ with the number of threads.
    let private different (features: float32[]) seed : int =
        let network = Dense.network "relu" seed small

        let bits threads =
            withEngine threads (fun engine ->
                (Inference.create engine network Width).Run features
                |> Array.map BitConverter.SingleToInt32Bits)

        let one = bits 1

        [ 2; 3; Environment.ProcessorCount ]
        |> List.sumBy (fun threads ->
            Array.map2 (fun a b -> if a = b then 0 else 1) one (bits threads) |> Array.sum)

    /// From the number of outputs that the threads change, and the speed-up by batches.
    let conditions (different: int) (ratio: float) : Condition list =
        [
            Condition.never
                "a batch is the same evaluation: no output depends on the number of threads"
                different
                "compared bit by bit"
            Condition.atLeast
                "a batch is evaluated efficiently"
                ratio
                3.0
                "times as fast as one by one: more than two processors alone could give"
        ]

    let private run (setting: Setting) : Outcome =
        let features =
            Random.normals setting.Seed (ExampleCount * Width) |> Array.map float32

        let rounds = if setting.Quick then 5 else 21

        let big, little =
            seconds features rounds setting.Seed large, seconds features rounds setting.Seed small

        let different = different features setting.Seed

        let conditions = conditions different (big[0] / big[2])

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "examples per second of 784-1024-1024-10, one by one" (1.0 / big[0])
                    Measurement.own "the same in batches of 256, one thread" (1.0 / big[1])
                    Measurement.own "the same in batches of 256, all threads" (1.0 / big[2])
                    Measurement.own "speed-up by a batch, one thread" (big[0] / big[1])
                    Measurement.own "speed-up by a batch, all threads" (big[0] / big[2])
                    Measurement.own "the same of 784-256-128-10, all threads" (little[0] / little[2])
                    Measurement.own "outputs that the number of threads changes" (float different)
                ]
            Seeds = 1
            Notes =
                [
                    $"Times depend on the machine and its other load; these are medians of {rounds} rounds on {Environment.ProcessorCount} processors."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "batch"
            Row = "R23"
            Title = "A batch is evaluated efficiently in parallel"
            Claim = "If x holds a whole batch of examples, all of them are evaluated efficiently in parallel."
            Source = "the lecture, slide \"neural_net2\" and its code"
            Data = NoData
            Run = run
        }
