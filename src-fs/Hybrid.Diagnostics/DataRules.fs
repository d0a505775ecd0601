namespace Hybrid.Diagnostics

open System
open Hybrid.Core
open Rule
open Printable

/// The lecture's advice on the data: how inputs are scaled, and how well the network generalises.
module DataRules =
    /// The limit for means and deviations of features; standardised ones have 0 and 1. Three leaves room for data other than
    /// the training data.
    let inputScale = 3.0

    /// If no feature varies by more than this, all are nearly constant: a tenth of what standardising gives.
    let inputDeviation = 0.1

    /// Accuracy, or R², on the training examples minus that on those held out.
    let overfittingGap = 0.1

    /// Features that are large, far from zero, or all nearly constant.
    let unscaled =
        create
            "unscaled-inputs"
            "The CS231n notes: centre each feature on zero and bring all to one scale, so that units start where they have a slope."
            (fun { Units = { Inputs = inputs } } ->
                let size =
                    Array.map2
                        (fun (mean: float) deviation -> max (abs mean) deviation)
                        inputs.Means
                        inputs.Deviations

                let largest, widest = Array.max size, Array.max inputs.Deviations

                let report value threshold found =
                    [
                        None,
                        value,
                        threshold,
                        found,
                        [
                            Remedy.Do
                                "standardise the features (subtract each one's mean and divide by its deviation, as training on a table does)"
                            Remedy.Do "check that the data is in the same units as the training data"
                        ]
                    ]

                if largest > inputScale then
                    let at = Array.findIndex ((=) largest) size

                    report
                        largest
                        inputScale
                        $"feature {at} reaches the first layer with mean {number inputs.Means[at]} and deviation {number inputs.Deviations[at]}"
                elif widest < inputDeviation && widest > 0.0 then
                    report
                        widest
                        inputDeviation
                        $"no feature's deviation is above {number widest} at the first layer"
                else
                    [])

    /// Several features, none of which is ever negative; indicators of categories are left out.
    let positive =
        create
            "positive-inputs"
            "The lecture: if a neuron's inputs are all positive, its weights' gradients have one sign, and training zig-zags."
            (fun { Units = { Inputs = inputs } } ->
                if
                    inputs.Means.Length > 1
                    && inputs.Minimum >= 0.0
                    && inputs.Maximum > 0.0
                    && not inputs.IsBinary
                then
                    [
                        None,
                        inputs.Minimum,
                        0.0,
                        $"no feature is ever below {number inputs.Minimum} at the first layer",
                        [
                            Remedy.Do "subtract each feature's mean"
                            Remedy.Change(OptionName.BatchSize, "use larger batches, which zig-zag less")
                        ]
                    ]
                else
                    [])

    /// A network that is much better on its training examples than on others.
    let overfitting =
        finite
            "overfitting"
            "The lecture: a network of high capacity fits the noise in its data. Do not make it smaller, regularise it."
            (fun examination ->
                match examination.HeldOut with
                | Some heldOut ->
                    let name, seen = quality examination.Training
                    let _, unseen = quality heldOut
                    let gap = seen - unseen

                    // of a share, twice its standard error on this number of examples
                    let chance =
                        match heldOut.Quality with
                        | Classified _ -> 2.0 * sqrt (unseen * (1.0 - unseen) / float heldOut.Examples)
                        | Estimated _ -> 0.0

                    if gap > overfittingGap && gap > chance then
                        [
                            None,
                            gap,
                            overfittingGap,
                            $"{name} is {number seen} on the training examples and {number unseen} on those held out",
                            [
                                Remedy.Change(OptionName.L2, "increase the penalty on weights")
                                Remedy.Set(OptionName.Dropout, "0.2", "")
                                Remedy.Set(OptionName.InputNoise, "0.1", "")
                                Remedy.Do "train on more examples"
                            ]
                        ]
                    else
                        []
                | None -> [])
