namespace Hybrid.Data

open System
open System.Collections.Generic
open Hybrid.Core

/// The indices of the examples in each part, in ascending order; every example is in exactly one.
type Split =
    {
        Training: int[]
        Validation: int[]
        Test: int[]
    }

/// Seeded splits of examples. A part has its fraction of the examples, rounded; a fraction of 0 gives an empty part.
module Split =
    let private fail message =
        raise (TableException("split", None, None, message))

    let private checkFraction name (fraction: float) =
        if not (fraction >= 0.0 && fraction < 1.0) then
            fail $"the {name} fraction is {fraction}. It must be at least 0 and below 1."

    let private check validation test count =
        checkFraction "validation" validation
        checkFraction "test" test

        if validation + test >= 1.0 then
            fail
                $"the validation fraction {validation} and the test fraction {test} leave nothing for training. Their sum must be below 1."

        if count = 0 then
            fail "there are no examples to split."

    /// A part's size, halves upwards.
    let private share (fraction: float) count =
        int (Math.Round(fraction * float count, MidpointRounding.AwayFromZero))

    /// The number from each group that goes to a part: the group's fraction rounded down, and one more for the largest remainders
    /// until the total is right. No group gives more than its capacity.
    let private apportion (fraction: float) (sizes: int[]) (capacities: int[]) : int[] =
        let quotas = sizes |> Array.map (fun size -> fraction * float size)

        let shares =
            Array.map2 (fun quota capacity -> min (int (floor quota)) capacity) quotas capacities

        let seats = share fraction (Array.sum sizes) - Array.sum shares

        [| 0 .. sizes.Length - 1 |]
        |> Array.filter (fun group ->
            float shares[group] < quotas[group] && shares[group] < capacities[group])
        |> Array.sortBy (fun group -> float shares[group] - quotas[group], group)
        |> Array.truncate (max 0 seats)
        |> Array.iter (fun group -> shares[group] <- shares[group] + 1)

        shares

    let private gather (parts: (int[] * int[] * int[])[]) =
        let part choose =
            parts |> Array.collect choose |> Array.sort

        {
            Training = part (fun (training, _, _) -> training)
            Validation = part (fun (_, validation, _) -> validation)
            Test = part (fun (_, _, test) -> test)
        }

    /// The members of a group in random order, cut into its parts.
    let private cut key (members: int[]) validation test =
        let order =
            Random.permutation key 0UL members.Length |> Array.map (fun i -> members[i])

        order[validation + test ..], order[.. validation - 1], order[validation .. validation + test - 1]

    /// <summary>A stratified split: every class has its share of each part.</summary>
    /// <param name="seed">The seed of the random order.</param>
    /// <param name="validation">The validation part, in [0, 1).</param>
    /// <param name="test">The test part, in [0, 1); both are fractions of all examples.</param>
    /// <param name="labels">The class of each example.</param>
    /// <returns>A class's share of a part is its fraction rounded down or up, by the method of the largest remainder.
    /// At least one example of each class stays in training, even if it is the only one.</returns>
    /// <exception cref="T:Hybrid.TableException">A fraction is out of range, the two leave nothing for training, or there are no
    /// examples.</exception>
    let stratified (seed: uint64) (validation: float) (test: float) (labels: int[]) : Split =
        check validation test labels.Length

        let members = SortedDictionary<int, ResizeArray<int>>()

        for i in 0 .. labels.Length - 1 do
            if not (members.ContainsKey labels[i]) then
                members[labels[i]] <- ResizeArray()

            members[labels[i]].Add i

        let groups = members.Values |> Seq.map _.ToArray() |> Array.ofSeq

        let sizes = groups |> Array.map _.Length
        let tests = apportion test sizes (sizes |> Array.map (fun size -> size - 1))
        let left = Array.map2 (fun size test -> size - 1 - test) sizes tests
        let validations = apportion validation sizes left

        groups
        |> Array.mapi (fun group members ->
            cut (Random.split seed group) members validations[group] tests[group])
        |> gather

    /// <summary>A random split, as for a quantity.</summary>
    /// <param name="seed">The seed of the random order.</param>
    /// <param name="validation">The validation part, in [0, 1).</param>
    /// <param name="test">The test part, in [0, 1).</param>
    /// <param name="examples">The number of examples.</param>
    /// <exception cref="T:Hybrid.TableException">A fraction is out of range, or nothing is left for training.</exception>
    let random (seed: uint64) (validation: float) (test: float) (examples: int) : Split =
        check validation test examples
        let validations, tests = share validation examples, share test examples

        if validations + tests >= examples then
            fail
                $"with {examples} examples, {validations} for validation and {tests} for testing leave none for training. Give more examples or smaller fractions."

        gather [| cut (Random.split seed 0) [| 0 .. examples - 1 |] validations tests |]

    /// Splits the examples of a table: by their classes, or at random where they have none or several targets.
    let ofTable (seed: uint64) (validation: float) (test: float) (table: Table) : Split =
        match table.Target with
        | Classes(_, labels) -> stratified seed validation test labels
        | Quantity _
        | Labels _ -> random seed validation test table.Examples
