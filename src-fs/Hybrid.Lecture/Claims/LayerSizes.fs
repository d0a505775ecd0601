namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R28: 3, 6 and 20 hidden neurons on the same points.</summary>
/// <remarks>Slide: networks with more neurons can express more complicated functions; 20 fit all the training data at the cost of
/// segmenting the plane into many regions, 3 model them as two blobs and leave a few points as outliers. Measured with the
/// demonstration's own training: points on the wrong side, connected regions of the map, the length of its border; medians over
/// points and weights. A point that 20 neurons misclassify, none that 3 misclassify, or a map that does not get more complicated
/// contradicts the claim.</remarks>
module internal LayerSizes =
    let private sizes = [ 3; 6; 20 ]

    /// ConvNetJS's own.
    let private decay = 0.001

    [<Literal>]
    let private Seeds = 10

    /// From the classifiers of all seeds with 3, 6 and 20 neurons.
    let conditions (bySize: PlaneClassifier list list) : Condition list =
        let errors = bySize |> List.map PlaneClassifier.errors
        let regions = bySize |> List.map PlaneClassifier.regions
        let borders = bySize |> List.map PlaneClassifier.border

        let least medians =
            List.pairwise medians |> List.map (fun (few, more) -> more - few) |> List.min

        [
            Condition.atLeast
                "3 neurons leave a few outliers on the wrong side"
                errors.Head
                2.0
                "points of 32: a few means more than one"
            Condition.exactly "20 neurons fit all the data" (List.last errors) 0.0 "all means all"
            Condition.atMost
                "3 neurons model the data as two blobs"
                regions.Head
                2.0
                "regions: the slide's count"
            Condition.above
                "20 neurons segment the plane into many regions"
                (List.last regions)
                regions.Head
                "the number with 3 neurons"
            Condition.above
                "more neurons express more complicated functions: the border grows each time"
                (least borders)
                0.0
                "the smallest growth from 3 to 6 to 20, in cells"
            Condition.atMost
                "more neurons fit more: points on the wrong side do not increase"
                -(least (List.map (~-) errors))
                0.0
                "the largest increase from 3 to 6 to 20"
        ]

    let private run (setting: Setting) =
        let seeds = Setting.seeds 40 5 setting
        let points = PlanePoints.orOwn PlanePoints.layerSizes setting
        let examples = points seeds.Head
        let view = PlaneClassifier.view setting examples

        let bySize =
            PlaneClassifier.fitAll view points seeds [ for size in sizes -> size, decay ]

        let shown = PlaneClassifier.typical bySize
        let named = List.zip [ for size in sizes -> $"{size} neurons" ] bySize

        let most =
            [
                for size in sizes -> $"{size} neurons {Hybrid.Theory.Regions.shallow 2 size}"
            ]

        let listed = String.concat ", " most

        // the limits hold for the built-in points
        let conditions = if setting.Data.IsSome then [] else conditions bySize

        {
            Verdict = Verdict.ofRuns Seeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                named
                |> List.collect (fun (name, runs) -> PlaneClassifier.measurements name runs)
            Seeds = seeds.Length
            Notes =
                [
                    $"Medians over the seeds, each with its own weights and, unless given, its own {examples.Count} points; the picture shows the networks whose borders are closest to the medians. Trained like ConvNetJS's demonstration: its l2_decay of {decay} is divided by the batch size of 10, so that in ½λ‖w‖² + mean loss λ is {decay / 10.0}."
                    $"The maximum number of pieces into which rectified units can cut the plane (Zaslavsky): {listed}."
                ]
            Figures =
                [
                    "layer_sizes",
                    named
                    |> List.map (fun (name, runs) ->
                        PlaneClassifier.picture
                            $"{name} in the hidden layer"
                            view
                            (fun _ -> [])
                            (points seeds[shown])
                            runs[shown])
                    |> Figure.row
                ]
        }

    let experiment: Experiment =
        {
            Name = "layer-sizes"
            Row = "R28"
            Title = "3, 6 and 20 neurons on the same points"
            Claim =
                "More neurons express more complicated functions: 20 fit all points, at the price of many separate regions; 3 only separate two blobs, with a few points on the wrong side."
            Source = "the lecture, picture layer_sizes; Karpathy, ConvNetJS, demonstration classify2d (2014)"
            Data = Points
            Run = run
        }
