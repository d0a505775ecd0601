namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R36: one to six layers of about 110 parameters in all on two spiral arms.</summary>
module Depth =
    /// The hidden layers of networks of one to six layers: 6, 117, 114, 116, 117 and 102 parameters.
    let private hidden =
        [ []; [ 23 ]; [ 8; 8 ]; [ 6; 6; 6 ]; [ 5; 5; 5; 5 ]; [ 4; 4; 4; 4; 4 ] ]

    [<Literal>]
    let private Seeds = 10

    /// <summary>Two arms of 1.75 turns: for t from 0 to 1 the point 5t (sin a, cos a) with a = 3.5πt, and + π on the other
    /// arm; on x and y uniform noise in [-0.25, 0.25].</summary>
    /// <remarks>The spiral of the TensorFlow playground.</remarks>
    let spiral (key: uint64) (count: int) : Examples =
        let noise = Random.uniforms key 0UL (2 * count)

        let point i =
            let t = float (i / 2) / float (count / 2)
            let angle = 3.5 * Math.PI * t + Math.PI * float (i % 2)

            let jitter axis =
                0.25 * (2.0 * noise[2 * i + axis] - 1.0)

            5.0 * t * sin angle + jitter 0, 5.0 * t * cos angle + jitter 1

        PlanePoints.create (Seq.init count point) (Seq.init count (fun i -> i % 2))

    /// The share of 2,000 further points that a network is right on, after 4,000 steps of Adam on 200, the rate falling
    /// from 0.02 to 0 as a cosine.
    let private fit (engine: IKernels) (activation, hidden: int list, seed) =
        let train = spiral (Random.split seed 0) 200
        let test = spiral (Random.split seed 1) 2000

        let start =
            Classifier.network activation (Random.split seed 2) (2 :: hidden @ [ 2 ])

        let options =
            { PlaneFit.fullBatch train 0.02 4000 (Random.split seed 3) with
                Schedule = Schedule.cosine
            }

        let struct (_, accuracy) =
            PlaneFit.measure engine (PlaneFit.train engine options start train) test

        accuracy

    /// From the medians of ReLU networks with one to six layers.
    let conditions (relu: float list) : (string * bool) list =
        [
            "three layers are right on 5 of 100 points more than two at least", relu[2] >= relu[1] + 0.05
            "four, five and six layers are right on 1 of 100 more than three at most",
            List.max relu[3..] <= relu[2] + 0.01
        ]

    let private figure (relu: float list list) (tanh: float list list) =
        let curve index name runs =
            runs
            |> List.map (List.map (fun right -> 100.0 * right))
            |> Spread.curve (Series index) name [ 1.0 .. 6.0 ]

        curve 0 "ReLU" relu @ curve 1 "tanh" tanh
        |> Chart.create
            "Layers at about 110 parameters, on a spiral"
            (Axis.linear "layers")
            (Axis.linear "new points that are right" |> Axis.inUnit "%")
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds 20 3 setting

        let both =
            [
                for activation in [ "relu"; "tanh" ] do
                    for layers in hidden do
                        for seed in seeds -> activation, layers, seed
            ]
            |> Runs.map fit
            |> List.chunkBySize seeds.Length
            |> List.chunkBySize hidden.Length

        let medians = both |> List.map (List.map Statistics.median)

        {
            Verdict = Verdict.ofRuns Seeds seeds (conditions medians[0])
            Measurements =
                [
                    for name, rights in List.zip [ "ReLU"; "tanh" ] medians do
                        for index, right in List.indexed rights do
                            Measurement.own $"right of new points, {name}, layers: {index + 1}" right
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "Medians over the seeds, each with points and weights of its own. tanh is the counter-example: with it two layers are as good as three on these points."
                    "The same on images is the experiment depth-images."
                ]
            Figures = [ "depth", figure both[0] both[1] ]
        }

    let experiment: Experiment =
        {
            Name = "depth"
            Row = "R36"
            Title = "Two, three, four layers on a spiral"
            Claim =
                "3-layer networks often outperform 2-layer ones, but going even deeper (4, 5, 6 layers) rarely helps much more."
            Source = "the lecture, last note; the spiral of the TensorFlow playground"
            Band =
                $"Medians of {Seeds} seeds at least, ReLU networks of about 110 parameters: three layers are right on 0.05 of the new points more than two at least, and four to six on 0.01 more than three at most. Set from 100 seeds, with 0.25 to 0.29 and -0.017 to -0.077."
            Data = NoData
            Run = run
        }
