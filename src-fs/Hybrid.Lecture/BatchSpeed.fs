namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Kernels

/// <summary>R23: a batch is evaluated efficiently, in parallel.</summary>
/// <remarks>A network 784-256-128-10 on 1,024 random examples: in batches of 256 on all processors, and one by one on one
/// thread, compiled plans in both cases; medians of 21 rounds in turn. The ratio depends on the machine; 5 is what the
/// claim was held to before it was measured. The outputs are compared bit by bit for 1, 2, 3 and all threads.</remarks>
module BatchSpeed =
    [<Literal>]
    let private Width = 784

    [<Literal>]
    let private Examples = 1024

    let private outputs (network: Network) (features: float32[]) (threads: int) : float32[] =
        let engine = Engine.Create threads
        let outputs = (Inference.create engine network Width).Run features
        (engine :?> IDisposable).Dispose()
        outputs

    /// The verdict on how many outputs the number of threads changes, and on how much faster a batch is.
    let verdict (different: int) (ratio: float) : Verdict =
        Verdict.ofAll
            [
                "no output depends on the number of threads", different = 0
                "batches of 256 are 5 times as fast as single examples", ratio >= 5.0
            ]

    let private run (setting: Setting) : Outcome =
        let network = Dense.network "relu" setting.Seed [ Width; 256; 128; 10 ]
        let features = Random.normals setting.Seed (Examples * Width) |> Array.map float32
        let engine, single = Engine.Create 0, Engine.Create 1

        let batches, each =
            Inference.create engine network Width, Inference.create single network Width

        let rows = Array.init Examples (fun row -> [| row |])
        let rounds = if setting.Quick then 7 else 21

        let times =
            Timing.medians
                rounds
                [
                    fun () -> batches.Run features |> ignore
                    fun () -> rows |> Array.iter (fun row -> each.Run(features, row) |> ignore)
                ]

        (engine :?> IDisposable).Dispose()
        let one = outputs network features 1

        let different =
            [ 2; 3; Environment.ProcessorCount ]
            |> List.sumBy (fun threads ->
                Array.map2
                    (fun (a: float32) (b: float32) ->
                        if BitConverter.SingleToInt32Bits a = BitConverter.SingleToInt32Bits b then
                            0
                        else
                            1)
                    one
                    (outputs network features threads)
                |> Array.sum)

        let rate seconds = float Examples / seconds

        {
            Verdict = verdict different (times[1] / times[0])
            Measurements =
                [
                    Measurement.own "examples a second, batches of 256" (rate times[0])
                    Measurement.own "examples a second, one by one" (rate times[1])
                    Measurement.own "how many times as fast a batch is" (times[1] / times[0])
                    Measurement.own "outputs that the number of threads changes" (float different)
                ]
            Seeds = 1
            Notes =
                [
                    $"Times depend on the machine and on what else it does; these are medians of {rounds} rounds on {Environment.ProcessorCount} processors."
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
            Band =
                "In batches of 256 a network 784-256-128-10 answers 5 times as many examples a second as one by one (medians), and no bit of an output depends on the number of threads."
            Data = NoData
            Run = run
        }
