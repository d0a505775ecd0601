namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R36: one to six layers of about 110 parameters in all on two spiral arms.</summary>
/// <remarks>Slide: it is often the case that 3-layer networks outperform 2-layer ones, but going even deeper (4, 5, 6 layers)
/// rarely helps much more. Measured: accuracy on new points, with ReLU and with tanh, seed by seed. Three layers no better than
/// two, or a deeper network better by a percentage point, contradict the claim: "often" then holds for one activation and not for
/// the other. Sizes, rate and steps are the same for all, and not tuned.</remarks>
module internal Depth =
    /// The hidden layers of networks of one to six layers: 6, 117, 114, 116, 117 and 102 parameters.
    let private hidden =
        [ []; [ 23 ]; [ 8; 8 ]; [ 6; 6; 6 ]; [ 5; 5; 5; 5 ]; [ 4; 4; 4; 4; 4 ] ]

    [<Literal>]
    let private Seeds = 10

    let private activations, names = [ "relu"; "tanh" ], [ "ReLU"; "tanh" ]

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

    /// The accuracy of a network on 2,000 new points, after 4,000 steps of Adam on 200, with the rate falling
    /// from 0.02 to 0 as a cosine.
    let private fit (engine: Engine) ((activation, hidden: int list), seed) =
        let train = spiral (Random.split seed 0) 200
        let test = spiral (Random.split seed 1) 2000

        let start = Dense.network activation (Random.split seed 2) (2 :: hidden @ [ 2 ])

        let options =
            { PlaneFit.fullBatch train 0.02 4000 (Random.split seed 3) with
                Schedule = Schedule.cosine
            }

        let struct (_, accuracy) =
            PlaneFit.measure engine (PlaneFit.train engine options start train) test

        accuracy

    /// <summary>From the accuracy on new points, by layers from one to six, seed by seed.</summary>
    /// <param name="name">Of the activation.</param>
    /// <param name="right">By layers.</param>
    let conditions (name: string) (right: float list list) : Condition list =
        let medians = right |> List.map Statistics.median

        [
            Condition.better $"three layers outperform two, {name}" (List.map2 (-) right[2] right[1])
            Condition.atMost
                $"going even deeper does not help much more, {name}"
                (List.max medians[3..] - medians[2])
                0.01
                "the best median of four to six layers, less that of three: one percentage point would be much for a rule that says rarely"
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
            (Axis.linear "accuracy on new points" |> Axis.inUnit "%")
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds 20 3 setting

        let both =
            List.allPairs activations hidden
            |> Runs.bySeed fit seeds
            |> List.chunkBySize hidden.Length

        let medians = both |> List.map (List.map Statistics.median)

        let conditions = List.map2 conditions names both |> List.concat

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    for name, rights in List.zip names medians do
                        for index, right in List.indexed rights do
                            Measurement.own $"accuracy on new points, {name}, layers: {index + 1}" right
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "Medians over the seeds, each with its own points and weights."
                    "The experiment depth-images does the same on images."
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
            Data = NoData
            Run = run
        }
