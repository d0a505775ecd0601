namespace Hybrid.Lecture

open System
open Hybrid.Certification
open Hybrid.Core
open Hybrid.Data
open Hybrid.Figures
open Hybrid.Kernels
open Hybrid.Models

/// <summary>R40: images that a network recognises, changed by little, and no longer recognised.</summary>
/// <remarks>Papers: small changes, chosen by the gradient of the loss with respect to the image, change a network's answer, where
/// random changes of the same size do not. Measured: accuracy on test images, on the images with a random change of every pixel by
/// the radius, and on the worst images found within it. An answer that random changes alter as well, or that chosen ones leave,
/// contradicts the claim.</remarks>
module internal Adversarial =
    [<Literal>]
    let private NeededSeeds = 5

    /// An eighth of the pixels' range.
    [<Literal>]
    let private Radius = 2.0

    let private epochs = 60

    /// Accuracy on the images with every pixel darker or lighter by the radius, at random, within the pixels' range.
    let private shaken (engine: Engine) (run: DigitBoxes.Run) (seed: uint64) : float =
        let width = run.Table.Columns.Length
        let chosen = Table.subset run.Rows run.Table
        let draws = Random.uniforms seed 1UL chosen.Features.Length

        let features =
            Array.map2
                (fun (pixel: float32) u ->
                    let moved =
                        if u < 0.5 then
                            float pixel - Radius
                        else
                            float pixel + Radius

                    float32 (Math.Clamp(moved, 0.0, DigitBoxes.Brightest)))
                chosen.Features
                draws

        let outputs = (Inference.create engine run.Model.Network width).Run features
        let classes = outputs.Length / chosen.Examples

        Array.chunkBySize classes outputs
        |> Array.map2
            (fun label scores -> int label = Metrics.predictedClass (ReadOnlySpan scores))
            (Target.numbers chosen.Target)
        |> Array.averageBy (fun right -> if right then 1.0 else 0.0)

    let private image (title: string) (values: float[]) : Figure =
        let side = int (sqrt (float values.Length))
        let extent = { Lower = 0.0; Upper = float side }

        // rows from the lowest one up
        let upwards =
            Array.init values.Length (fun i -> values[(side - 1 - i / side) * side + i % side])

        Grid.create extent extent side side upwards
        |> HeatMap.sequential (Axis.linear "pixel" |> Axis.within 0.0 DigitBoxes.Brightest)
        |> List.singleton
        |> Chart.create title (Axis.linear "column") (Axis.linear "row")
        |> Chart.sized 220.0 220.0
        |> Chart.draw

    /// The first image whose class a change within the radius alters, before and after.
    let private figures (engine: Engine) (run: DigitBoxes.Run) : (string * Figure) list =
        let width = run.Table.Columns.Length

        let altered =
            run.Found
            |> Array.indexed
            |> Array.filter (fun (_, row) ->
                row.Margin |> Option.exists (fun margin -> margin.Attacked <= Radius))
            |> Array.tryHead

        match altered with
        | None -> []
        | Some(at, row) ->
            let before =
                Array.sub run.Table.Features (run.Rows[at] * width) width |> Array.map float

            let freedoms = run.Table.Columns |> Array.map (fun _ -> Freedom.Within Radius)

            let found =
                Certification.classes
                    engine
                    CertifyOptions.defaults
                    freedoms
                    None
                    run.Model
                    run.Table
                    [| run.Rows[at] |]

            match (Array.exactlyOne found).Attack with
            | None -> []
            | Some attack ->
                let outputs = (Inference.create engine run.Model.Network width).Run attack
                let after = Metrics.predictedClass (ReadOnlySpan outputs)

                [
                    "adversarial_before", image $"Recognised as {row.Predicted}" before
                    "adversarial_after",
                    image
                        $"Recognised as {after}: no pixel differs by more than {Radius}"
                        (Array.map float attack)
                ]

    let private run (setting: Setting) =
        let seeds = Setting.seeds NeededSeeds 2 setting

        let results =
            seeds
            |> Runs.map (fun engine seed ->
                let run = DigitBoxes.run engine epochs (DigitBoxes.Way.Plain, seed)
                run, shaken engine run seed)

        let runs, shaken = List.unzip results
        use engine = CpuEngine.Create 1
        let clean = runs |> List.map DigitBoxes.clean
        let attacked = runs |> List.map (DigitBoxes.notAttacked Radius)

        let conditions =
            [
                Condition.atLeast
                    "the network recognises the images"
                    (List.average clean)
                    0.9
                    "nine images of ten: what is not recognised cannot be taken away"
                Condition.atLeast
                    "random changes leave nine answers of ten"
                    (List.average (List.map2 (/) shaken clean))
                    0.9
                    "of those that were right"
                Condition.atMost
                    "chosen changes of the same size leave less than half"
                    (List.average (List.map2 (/) attacked clean))
                    0.5
                    "of those that were right"
            ]

        {
            Verdict = Verdict.ofRuns NeededSeeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "accuracy" (List.average clean)
                    Measurement.own
                        $"accuracy with random changes of {Radius} of {DigitBoxes.Brightest}"
                        (List.average shaken)
                    Measurement.own
                        $"accuracy with chosen changes of at most {Radius}"
                        (List.average attacked)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    "64-32 rectified units on the 8×8 digits; the changed images are found by following the gradient of the loss with respect to the pixels, and each is proved to be given another class by the float32 network in any order of summation."
                ]
            Figures = figures engine runs.Head
        }

    let experiment: Experiment =
        {
            Name = "adversarial"
            Row = "R40"
            Title = "Adversarial examples"
            Claim =
                "Changes of an image that are too small to matter, chosen against a network, change its answer; random changes of the same size do not."
            Source =
                "Szegedy et al., \"Intriguing properties of neural networks\" (2014); Goodfellow, Shlens and Szegedy, \"Explaining and harnessing adversarial examples\" (2015)"
            Data = NoData
            Run = run
        }
