namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R32: how far the final losses of the same network from different starts are apart, by its size.</summary>
module SmallNetworks =
    let private sizes = [ 2; 3; 6; 20; 100 ]

    [<Literal>]
    let private Seeds = 20

    /// <summary>The final loss on the points of layer-sizes: 4,000 steps of Adam with λ = 0.0001 on all points at once, the
    /// rate falling from 0.03 to 0 as a cosine, so that the end is a minimum and not a walk around one.</summary>
    let finalLoss (engine: IKernels) (hidden: int, seed: uint64) : float =
        let examples = PlanePoints.layerSizes 1UL
        let start = Classifier.network "tanh" (Random.split seed 0) [ 2; hidden; 2 ]

        let options =
            { PlaneFit.fullBatch examples 0.03 4000 (Random.split seed 1) with
                Schedule = Schedule.cosine
                Regularizer = { Regularizer.none with L2 = 1e-4 }
            }

        let struct (loss, _) =
            PlaneFit.measure engine (PlaneFit.train engine options start examples) examples

        loss

    /// From the final losses by size.
    let conditions (losses: float list list) : (string * bool) list =
        let deviations = losses |> List.map Statistics.deviation
        let small, large = losses[1], losses[3]

        [
            "the losses of 3 neurons spread 50 times as far as those of 20 at least",
            deviations[1] >= 50.0 * deviations[3]
            "the losses of 6 neurons spread 5 times as far as those of 20 at least",
            deviations[2] >= 5.0 * deviations[3]
            "the worst of 20 neurons is better than the best of 3", List.max large < List.min small
        ]

    let private figure (losses: float list list) =
        Spread.strips sizes losses
        |> Chart.create
            "Final losses from different starts"
            (Axis.logarithmic "hidden neurons")
            (Axis.linear "final training loss" |> Axis.inUnit "nats")
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 5 setting

        let losses =
            [
                for size in sizes do
                    for seed in seeds -> size, seed
            ]
            |> Runs.map finalLoss
            |> List.chunkBySize seeds.Length

        {
            Verdict = Verdict.ofRuns Seeds seeds (conditions losses)
            Measurements =
                [
                    for size, losses in List.zip sizes losses do
                        Measurement.own $"mean final loss, {size} neurons" (List.average losses)
                        Measurement.own $"standard deviation, {size} neurons" (Statistics.deviation losses)
                        Measurement.own $"best, {size} neurons" (List.min losses)
                        Measurement.own $"worst, {size} neurons" (List.max losses)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "In nats, on the points of layer-sizes. The same on images, with many more neurons, is the experiment loss-surfaces."
                ]
            Figures = [ "small_networks", figure losses ]
        }

    let experiment: Experiment =
        {
            Name = "small-networks"
            Row = "R32"
            Title = "Small networks: luck in, luck out"
            Claim =
                "The final loss of a small network varies a good deal with its start, since many of its minima are bad; a large one has many more minima, and all are about as good."
            Source =
                "the lecture, slide \"reg_strengths\"; Choromanska et al., \"The loss surfaces of multilayer networks\" (2015)"
            Band =
                $"{Seeds} seeds at least: the standard deviation of the final loss with 3 neurons is 50 times that with 20 at least, with 6 neurons 5 times that; the worst loss with 20 is below the best with 3. Set from 120 seeds, with 370 to 570 and 13 to 64 times."
            Data = NoData
            Run = run
        }
