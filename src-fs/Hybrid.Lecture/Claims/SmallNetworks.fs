namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R32: the spread of the final losses of the same network from different starts, by its size.</summary>
/// <remarks>Slide: the final loss of a small network displays a good amount of variance, since some starts are trapped in bad
/// minima; that of a large one varies much less, and all its solutions are about equally good. Measured: the final losses on one
/// set of points from 40 starts. Losses of small networks that agree, of large ones that do not, or small networks that end as
/// well would contradict the claim. The minima are not counted.</remarks>
module internal SmallNetworks =
    let private sizes = [ 2; 3; 6; 20; 100 ]

    [<Literal>]
    let private Seeds = 20

    /// <summary>The final loss on the points of layer-sizes: 4,000 steps of Adam with λ = 0.0001 on all points at once, the
    /// rate falling from 0.03 to 0 as a cosine, so that training ends in a minimum, not in a walk around one.</summary>
    let finalLoss (engine: Engine) (hidden: int, seed: uint64) : float =
        let examples = PlanePoints.layerSizes 1UL
        let start = Dense.network "tanh" (Random.split seed 0) [ 2; hidden; 2 ]

        let options =
            { PlaneFit.fullBatch examples 0.03 4000 (Random.split seed 1) with
                Schedule = Schedule.cosine
                Regularizer = { Regularizer.none with L2 = 1e-4 }
            }

        let struct (loss, _) =
            PlaneFit.measure engine (PlaneFit.train engine options start examples) examples

        loss

    /// From the final losses by size.
    let conditions (losses: float list list) : Condition list =
        let spread index =
            let runs = losses[index]
            Statistics.deviation runs / List.average runs

        let apart few many =
            Statistics.deviation losses[few] / Statistics.deviation losses[many]

        [
            Condition.atLeast
                "the final loss of 3 neurons displays a good amount of variance"
                (spread 1)
                0.1
                "the standard deviation over the mean: a tenth is visible at a glance"
            Condition.atLeast
                "the final loss of 6 neurons displays a good amount of variance"
                (spread 2)
                0.1
                "as for 3"
            Condition.atLeast
                "with 20 neurons it is much smaller than with 3"
                (apart 1 3)
                10.0
                "times the standard deviation: an order of magnitude"
            Condition.atLeast "with 20 neurons it is much smaller than with 6" (apart 2 3) 10.0 "as for 3"
            Condition.atMost
                "all solutions of 20 neurons are about equally good"
                (spread 3)
                0.1
                "the standard deviation over the mean, the limit for a good amount with 3 neurons"
            Condition.below
                "the minima of 3 neurons are bad: the best is worse than the worst of 20"
                (List.max losses[3])
                (List.min losses[1])
                "the best final loss of 3 neurons, in nats"
        ]

    let private figure (losses: float list list) =
        Spread.strips sizes losses
        |> Chart.create
            $"Final losses from {losses.Head.Length} starts of each size"
            (Axis.logarithmic "hidden neurons")
            (Axis.logarithmic "final training loss" |> Axis.inUnit "nats")
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 5 setting

        let losses = sizes |> Runs.bySeed finalLoss seeds

        let conditions = conditions losses

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
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
                    "In nats, on the points of layer-sizes. The experiment loss-surfaces does the same on images, with many more neurons."
                ]
            Figures = [ "small_networks", figure losses ]
        }

    let experiment: Experiment =
        {
            Name = "small-networks"
            Row = "R32"
            Title = "Small networks: luck in, luck out"
            Claim =
                "The final loss of a small network varies a good deal with its start, since many of its minima are bad; a large network has many more minima, all about equally good."
            Source =
                "the lecture, slide \"reg_strengths\"; Choromanska et al., \"The loss surfaces of multilayer networks\" (2015)"
            Data = NoData
            Run = run
        }
