namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Kernels

/// <summary>R35: the effect of a lucky start on the same training; the same seed has the same luck.</summary>
/// <remarks>Slide: with a small network you get lucky in some cases and converge to a good place, in others you get trapped in a
/// bad minimum; large ones rely less on the luck of the random start. Measured: final losses of 3 and of 20 neurons on the same
/// points from 20 starts, and the same starts again. A worst start that ends as well as the best, or as much spread with 20
/// neurons as with 3, would contradict the claim.</remarks>
module internal Initialisation =
    let private sizes = [ 3; 20 ]

    /// All parameters of a network, as in memory.
    let bits (network: Network) : int32[] =
        Network.parameters network
        |> List.map (
            snd
            >> Eager.value (CpuEngine.Create 1)
            >> Array.map BitConverter.SingleToInt32Bits
        )
        |> Array.concat

    let private repeated = 3

    /// Fewer runs have no verdict.
    [<Literal>]
    let private Seeds = 10

    /// <summary>From the same training with different starts.</summary>
    /// <param name="changed">Starts for which a second training gave different bits.</param>
    /// <param name="alike">Starts that gave the same bits as a different start.</param>
    /// <param name="small">The final losses of a small network.</param>
    /// <param name="large">Those of a large one.</param>
    let conditions (changed: int) (alike: int) (small: float list) (large: float list) : Condition list =
        [
            Condition.never
                "the start is the only randomness that decides"
                changed
                "the same seed, the same bits"
            Condition.never
                "a different start ends in a different network"
                alike
                "different seeds, different bits"
            Condition.atLeast
                "some starts of 3 neurons are lucky, some are trapped"
                (List.max small / List.min small)
                1.5
                "the worst final loss over the best: the last steps do not explain half as much again"
            Condition.atMost
                "20 neurons rely less on luck"
                (Statistics.deviation large / Statistics.deviation small)
                0.5
                "the standard deviation over that of 3: less means at most half"
        ]

    let private run (setting: Setting) =
        let seeds = Setting.seeds 20 5 setting
        let examples = PlanePoints.layerSizes 1UL

        let train engine (hidden, seed) =
            PlaneFit.convNet engine 0.001 seed hidden examples

        let fit engine kind =
            let network = train engine kind
            let struct (loss, _) = PlaneFit.measure engine network examples
            bits network, loss

        let bySize = sizes |> Runs.bySeed fit seeds

        // again, on an engine with two threads
        let changed =
            List.zip seeds bySize.Head
            |> List.truncate repeated
            |> List.filter (fun (seed, (before, _)) -> bits (train (CpuEngine.Create 2) (3, seed)) <> before)

        let alike =
            bySize
            |> List.sumBy (fun runs -> runs.Length - (runs |> List.distinctBy fst).Length)

        let losses = bySize |> List.map (List.map snd)
        let conditions = conditions changed.Length alike losses[0] losses[1]

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    for size, losses in List.zip sizes losses do
                        Measurement.own $"mean final loss, {size} neurons" (List.average losses)
                        Measurement.own $"standard deviation, {size} neurons" (Statistics.deviation losses)
                        Measurement.own $"minimum, {size} neurons" (List.min losses)
                        Measurement.own $"maximum, {size} neurons" (List.max losses)
                ]
            Seeds = seeds.Length
            Notes = [ "In nats, on the points of layer-sizes." ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "initialisation"
            Row = "R35"
            Title = "The luck of the start"
            Claim =
                "With a small network you get lucky in some cases and converge to a good place, in others you are trapped in a bad minimum; large networks rely less on the luck of the random start."
            Source = "the lecture, slide \"reg_strengths\""
            Data = NoData
            Run = run
        }
