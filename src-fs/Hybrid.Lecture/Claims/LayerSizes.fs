namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R28: what 3, 6 and 20 hidden neurons make of the same points.</summary>
module LayerSizes =
    let private sizes = [ 3; 6; 20 ]

    /// ConvNetJS's own.
    let private decay = 0.001

    [<Literal>]
    let private Seeds = 10

    /// From the classifiers of all seeds with 3, 6 and 20 neurons.
    let conditions (bySize: PlaneClassifier list list) =
        let errors = bySize |> List.map PlaneClassifier.errors
        let regions = bySize |> List.map PlaneClassifier.regions
        let borders = bySize |> List.map PlaneClassifier.border

        [
            "more neurons do not leave more points on the wrong side", errors = List.sortDescending errors
            "3 neurons leave 2 points on the wrong side at least", errors.Head >= 2.0
            "20 neurons leave none", List.last errors = 0.0
            "more neurons do not make fewer regions", regions = List.sort regions
            "20 neurons make more regions than 3", List.last regions > regions.Head
            "the border becomes longer with the neurons", borders = List.sort borders
        ]

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 5 setting
        let points = PlanePoints.orOwn PlanePoints.layerSizes setting
        let examples = points seeds.Head
        let view = PlaneClassifier.view setting examples

        let bySize =
            PlaneClassifier.fitAll view points seeds [ for size in sizes -> size, decay ]

        let named = List.zip [ for size in sizes -> $"{size} neurons" ] bySize
        let most = [ for size in sizes -> $"{size} neurons {Regions.shallow 2 size}" ]
        let listed = String.concat ", " most

        {
            // the limits were set on the built-in points
            Verdict =
                if setting.Data.IsSome then
                    TextOnly
                else
                    Verdict.ofRuns Seeds seeds (conditions bySize)
            Measurements =
                named
                |> List.collect (fun (name, runs) -> PlaneClassifier.measurements name runs)
            Seeds = seeds.Length
            Notes =
                [
                    $"Medians over the seeds, each with weights and, unless given, {examples.Count} points of its own; the picture shows the first one. Trained as ConvNetJS's demonstration does: its l2_decay of {decay} is divided by the batch size of 10, so that in ½λ‖w‖² + mean loss λ is {decay / 10.0}."
                    $"So many pieces can rectified units cut the plane into at most (Zaslavsky): {listed}."
                ]
            Figures =
                [
                    "layer_sizes",
                    named
                    |> List.map (fun (name, runs) ->
                        PlaneClassifier.picture $"{name} in the hidden layer" view examples runs.Head)
                    |> Figure.row
                ]
        }

    let experiment: Experiment =
        {
            Name = "layer-sizes"
            Row = "R28"
            Title = "3, 6 and 20 neurons on the same points"
            Claim =
                "More neurons express more complicated functions: 20 fit all points, at the price of many separate regions; 3 only separate two blobs and leave a few points on the wrong side."
            Source = "the lecture, picture layer_sizes; Karpathy, ConvNetJS, demonstration classify2d (2014)"
            Band =
                $"Medians of {Seeds} seeds at least: with the neurons points on the wrong side do not increase, regions do not decrease and the border becomes longer; 3 neurons leave 2 points on the wrong side at least, 20 none, in more regions. Set from 160 seeds, four times 40, with 4 to 5 points on the wrong side and 3 regions against 4 to 5."
            Data = Points
            Run = run
        }
