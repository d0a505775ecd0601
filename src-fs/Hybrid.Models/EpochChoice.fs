namespace Hybrid.Models

/// <summary>After how many epochs a network tells classes apart best, and which of two networks does, by what the folds of a
/// cross-validation say of the examples that they held out. Accuracy is the share of the weights of those that are right; of labels, each
/// label of each example counts.</summary>
/// <remarks>The loss alone would stop too early: where it is nearly the least, accuracy often grows for long. Accuracy alone would follow
/// chance.</remarks>
module internal EpochChoice =
    /// Losses above the least by at most this share of it are as good.
    [<Literal>]
    let Tolerance = 0.05

    /// The accuracies of single epochs are noisy: that of an epoch is the mean from three quarters to four thirds of it.
    let private window (epochs: int) (index: int) : struct (int * int) =
        let number = index + 1
        struct ((3 * number + 3) / 4 - 1, min (4 * number / 3) epochs - 1)

    let private smoothed (accuracies: float[]) : float[] =
        let sums = Array.scan (+) 0.0 accuracies

        Array.init accuracies.Length (fun index ->
            let struct (first, last) = window accuracies.Length index
            (sums[last + 1] - sums[first]) / float (last + 1 - first))

    /// <summary>The index of the best epoch: of those whose losses are nearly the least, the first of the highest accuracy.</summary>
    /// <param name="losses">The loss after each epoch, at least one.</param>
    /// <param name="accuracies">The accuracy after each epoch.</param>
    let best (losses: float[]) (accuracies: float[]) : int =
        let limit = (1.0 + Tolerance) * Array.min losses
        let accuracies = smoothed accuracies

        [| 0 .. losses.Length - 1 |]
        |> Array.filter (fun index -> losses[index] <= limit)
        |> Array.maxBy (fun index -> accuracies[index])

    /// How often each example was right around an epoch.
    let private shares (right: bool[][]) (index: int) : float[] =
        let struct (first, last) = window right.Length index

        Array.init right[index].Length (fun example ->
            let count =
                Seq.length (seq { first..last } |> Seq.filter (fun epoch -> right[epoch][example]))

            float count / float (last + 1 - first))

    /// <summary>Whether one network's accuracy is higher than another's by more than the standard error of their difference, which is paired:
    /// both answer for the same examples.</summary>
    /// <param name="weights">The weight of each example.</param>
    /// <param name="one">Which examples are right after each epoch.</param>
    /// <param name="ofOne">The index of an epoch.</param>
    /// <param name="other">The same of another network.</param>
    /// <param name="ofOther">The index of an epoch.</param>
    let isMoreAccurate
        (weights: float[])
        (one: bool[][])
        (ofOne: int)
        (other: bool[][])
        (ofOther: int)
        : bool =
        let gains =
            Array.map2 (-) (shares one ofOne) (shares other ofOther)
            |> Array.map2 (*) weights

        let mean = Array.average gains

        let deviation =
            sqrt (gains |> Array.sumBy (fun gain -> (gain - mean) * (gain - mean)))

        Array.sum gains > deviation
