namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Kernels

/// <summary>R35: what the start's luck makes of the same training, and that the same seed has the same luck.</summary>
module Initialisation =
    let private sizes = [ 3; 20 ]

    /// All parameters of a network as they lie in memory.
    let bits (network: Network) : int32[] =
        Network.parameters network
        |> List.map (snd >> Eager.value (Engine.Create 1) >> Array.map BitConverter.SingleToInt32Bits)
        |> Array.concat

    let private repeated = 3

    let private run (setting: Setting) =
        let seeds = Setting.seeds 20 5 setting
        let examples = PlanePoints.layerSizes 1UL

        let train engine (hidden, seed) =
            PlaneFit.convNet engine 0.001 seed hidden examples

        let fit engine kind =
            let network = train engine kind
            let struct (loss, _) = PlaneFit.measure engine network examples
            bits network, loss

        let bySize =
            [
                for size in sizes do
                    for seed in seeds -> size, seed
            ]
            |> Runs.map fit
            |> List.chunkBySize seeds.Length

        // again, on an engine of two threads
        let same =
            List.zip seeds bySize.Head
            |> List.truncate repeated
            |> List.map (fun (seed, (before, _)) -> bits (train (Engine.Create 2) (3, seed)) = before)

        let different =
            bySize
            |> List.forall (fun runs -> (runs |> List.distinctBy fst).Length = runs.Length)

        {
            Verdict =
                Verdict.ofAll
                    [
                        "the same seed gives the same bits", List.forall id same
                        "different seeds give different networks", different
                    ]
            Measurements =
                [
                    for size, runs in List.zip sizes bySize do
                        let losses = List.map snd runs
                        Measurement.own $"mean final loss, {size} neurons" (List.average losses)
                        Measurement.own $"standard deviation, {size} neurons" (Statistics.deviation losses)
                        Measurement.own $"least, {size} neurons" (List.min losses)
                        Measurement.own $"greatest, {size} neurons" (List.max losses)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "In nats, on the points of layer-sizes. hybrid train DATA --seeds N prints the same of your own data: mean, standard deviation, least and greatest."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "initialisation"
            Row = "R35"
            Title = "The luck of the start"
            Claim =
                "In some cases you get lucky and converge to a good place, in some you are trapped in a bad minimum: what comes out depends on the random start, and on nothing else that is random."
            Source = "the lecture, slide \"reg_strengths\""
            Band =
                $"The same seed gives the same bits in {repeated} repetitions on another number of threads, and different seeds different networks."
            Data = NoData
            Run = run
        }
