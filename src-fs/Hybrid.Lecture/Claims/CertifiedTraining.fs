namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R41: what can be proved of a network trained in the ordinary way, and of one trained to be certified.</summary>
/// <remarks>Paper: training on bounds of the worst loss in a box gives networks of which robustness can be proved, at some cost in
/// accuracy. Measured: the shares of test images whose class is right and proved to stay so, and of those for which no change was
/// found, over the radius. Shares proved that do not rise, or an image that is both proved and attacked, contradict the
/// claim.</remarks>
module internal CertifiedTraining =
    [<Literal>]
    let private NeededSeeds = 5

    /// A sixteenth of the pixels' range, and half of what the training defends.
    [<Literal>]
    let private Radius = 1.0

    let private figure (plain: DigitBoxes.Run) (certified: DigitBoxes.Run) : Figure =
        let radii = Array.init 121 (fun i -> 0.05 * float i)

        let percent share run =
            radii |> Array.map (fun radius -> 100.0 * share radius run)

        Chart.create
            "Test images whose class is right within a radius"
            (Axis.linear $"radius, of pixels from 0 to {DigitBoxes.Brightest}")
            (Axis.linear "images" |> Axis.inUnit "%" |> Axis.within 0.0 100.0)
            [
                Lines.band
                    (Series 0)
                    "ordinary training, not decided"
                    radii
                    (percent DigitBoxes.certified plain)
                    (percent DigitBoxes.notAttacked plain)
                Lines.line (Series 0) "ordinary training, proved" radii (percent DigitBoxes.certified plain)
                Lines.band
                    (Series 1)
                    "certified training, not decided"
                    radii
                    (percent DigitBoxes.certified certified)
                    (percent DigitBoxes.notAttacked certified)
                Lines.line
                    (Series 1)
                    "certified training, proved"
                    radii
                    (percent DigitBoxes.certified certified)
            ]
        |> Chart.draw

    let private run (setting: Setting) =
        let seeds = Setting.seeds NeededSeeds 2 setting
        let epochs = if setting.Quick then 60 else 200

        let runs =
            [ DigitBoxes.Way.Plain; DigitBoxes.Way.Certified ]
            |> Runs.bySeed (fun engine -> DigitBoxes.run engine epochs) seeds

        let plain, certified = List.head runs, List.last runs

        let contradictions =
            plain @ certified
            |> Seq.collect _.Found
            |> Seq.filter (fun row ->
                row.Margin |> Option.exists (fun margin -> margin.Attacked <= margin.Proved))
            |> Seq.length

        let at share radius runs = runs |> List.map (share radius)
        let proved = at DigitBoxes.certified Radius

        let conditions =
            [
                Condition.better
                    "certified training proves more images"
                    (List.map2 (-) (proved certified) (proved plain))
                Condition.atLeast
                    "most images are proved"
                    (List.average (proved certified))
                    0.5
                    "more than half, where the ordinary network has chosen changes for most at twice the radius"
                Condition.never
                    "no image is both proved and attacked"
                    contradictions
                    "a proof for a radius and an image within it that is given another class cannot both be right"
            ]

        {
            Verdict = Verdict.ofRuns NeededSeeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                [
                    for name, runs in [ "ordinary", plain; "certified", certified ] do
                        Measurement.own $"accuracy, {name} training" (List.averageBy DigitBoxes.clean runs)

                        Measurement.own
                            $"proved within {Radius}, {name} training"
                            (List.average (proved runs))

                        Measurement.own
                            $"not attacked within {Radius}, {name} training"
                            (List.average (at DigitBoxes.notAttacked Radius runs))
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"64-32 rectified units on the 8×8 digits, {epochs} epochs; certified training defends a radius of {DigitBoxes.Defended}."
                    "Proofs are for the float32 network, in any order of summation."
                ]
            Figures = [ "certified_accuracy", figure plain.Head certified.Head ]
        }

    let experiment: Experiment =
        {
            Name = "certified-training"
            Row = "R41"
            Title = "Certified training"
            Claim =
                "Training on bounds of the worst loss around each example gives networks of which much more can be proved."
            Source =
                "Gowal et al., \"On the effectiveness of interval bound propagation for training verifiably robust models\" (2018)"
            Data = NoData
            Run = run
        }
