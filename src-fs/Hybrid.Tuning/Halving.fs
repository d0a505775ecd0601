namespace Hybrid.Tuning

/// <summary>Successive halving: all trials of a bracket are trained for a few epochs, the better third for three times as many, and
/// so on, until one has had all of them.</summary>
/// <remarks>Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (2016). The first trial,
/// that of the options as they are, is a bracket of its own.</remarks>
module Halving =
    /// Of how many trials one goes on.
    [<Literal>]
    let Factor = 3

    /// The number of trials of a whole bracket, of which one has all epochs.
    [<Literal>]
    let Bracket = 27

    /// <summary>The numbers of epochs after which trials are compared, ascending.</summary>
    /// <param name="most">The largest number of epochs, which is the last one; at least 1.</param>
    let rungs (most: int) : int list =
        [ Bracket; 9; 3; 1 ]
        |> List.map (fun share -> (most + share - 1) / share)
        |> List.distinct

    /// The number of trials that go on, of some.
    let kept (count: int) : int = (count + Factor - 1) / Factor

    /// <summary>The trials that go on: the better third, in the order of their scores; of equal ones the earlier.</summary>
    /// <param name="compare">Negative where the first of two scores is better.</param>
    /// <param name="scores">Trials and scores.</param>
    let promote (compare: 'score -> 'score -> int) (scores: (int * 'score) list) : int list =
        scores
        |> List.sortBy fst
        |> List.sortWith (fun (_, one) (_, other) -> compare one other)
        |> List.truncate (kept scores.Length)
        |> List.map fst

    /// <summary>The epochs that a bracket of some trials takes in all, of the trainings that go on.</summary>
    /// <param name="most">As for rungs.</param>
    /// <param name="trials">At least 1.</param>
    let epochs (most: int) (trials: int) : int64 =
        let sum, _, _ =
            ((0L, 0, trials), rungs most)
            ||> List.fold (fun (sum, before, count) reached ->
                sum + int64 count * int64 (reached - before), reached, kept count)

        sum
