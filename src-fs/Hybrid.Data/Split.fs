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
        /// What intervals are calibrated on: examples that choose nothing.
        Calibration: int[]
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
            Calibration = [||]
        }

    /// The members of a group in random order, cut into its parts.
    let private cut key (members: int[]) validation test =
        let order =
            Random.permutation key 0UL members.Length |> Array.map (fun i -> members[i])

        order[validation + test ..], order[.. validation - 1], order[validation .. validation + test - 1]

    /// The examples of each class.
    let private groupsOf (labels: int[]) : int[][] =
        let members = SortedDictionary<int, ResizeArray<int>>()

        for i in 0 .. labels.Length - 1 do
            if not (members.ContainsKey labels[i]) then
                members[labels[i]] <- ResizeArray()

            members[labels[i]].Add i

        members.Values |> Seq.map _.ToArray() |> Array.ofSeq

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

        let groups = groupsOf labels
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

    /// Takes whole groups, in this order, as long as they fit into a part; if none does, the smallest one.
    let private fill (wanted: int) (groups: (float * int[]) list) =
        let taken, left, _ =
            (([], [], 0), groups)
            ||> List.fold (fun (taken, left, count) (group, members: int[]) ->
                if count + members.Length <= wanted then
                    (group, members) :: taken, left, count + members.Length
                else
                    taken, (group, members) :: left, count)

        if wanted > 0 && taken.IsEmpty then
            let smallest = left |> List.minBy (fun (_, members) -> members.Length)
            [ smallest ], left |> List.filter (fun (group, _) -> group <> fst smallest)
        else
            taken, List.rev left

    /// <summary>A random split of groups: no group is in two parts. A part has at most its fraction of the examples, unless the
    /// smallest group is larger.</summary>
    /// <param name="seed">The seed of the random order.</param>
    /// <param name="validation">The validation part, in [0, 1).</param>
    /// <param name="test">The test part, in [0, 1).</param>
    /// <param name="groups">The group of each example.</param>
    /// <exception cref="T:Hybrid.TableException">A fraction is out of range, or there are fewer groups than parts.</exception>
    let grouped (seed: uint64) (validation: float) (test: float) (groups: float[]) : Split =
        check validation test groups.Length

        let members =
            [| 0 .. groups.Length - 1 |]
            |> Array.groupBy (fun row -> groups[row])
            |> fun all ->
                Random.permutation (Random.split seed 0) 0UL all.Length
                |> Array.map (fun i -> all[i])
            |> List.ofArray

        let parts = 1 + (if validation > 0.0 then 1 else 0) + (if test > 0.0 then 1 else 0)

        if members.Length < parts then
            let count =
                if members.Length = 1 then
                    "1 group"
                else
                    $"{members.Length} groups"

            fail
                $"{count} cannot be divided into {parts} parts without tearing one apart. Give more groups, or a fraction of 0."

        let wanted fraction =
            if fraction > 0.0 then
                max 1 (share fraction groups.Length)
            else
                0

        // groups that the following parts need are not taken
        let take fraction following groups =
            let taken, left = fill (wanted fraction) groups
            let lacking = max 0 (following - List.length left)
            List.skip lacking taken, List.truncate lacking taken @ left

        let tests, left = take test (parts - (if test > 0.0 then 1 else 0)) members
        let validations, training = take validation 1 left
        let rows part = part |> List.map snd |> Array.concat
        gather [| (rows training, rows validations, rows tests) |]

    /// <summary>A split by time: every example for training is earlier than every one for validation, and these than those for testing.
    /// Examples of the same time stay together, so parts may be larger or smaller than their share.</summary>
    /// <param name="validation">The validation part, in [0, 1).</param>
    /// <param name="test">The test part, in [0, 1).</param>
    /// <param name="times">The time of each example.</param>
    /// <exception cref="T:Hybrid.TableException">A fraction is out of range, nothing is left for training, or there are fewer different
    /// times than parts.</exception>
    let ordered (validation: float) (test: float) (times: float[]) : Split =
        check validation test times.Length
        let validations, tests = share validation times.Length, share test times.Length
        let rows = [| 0 .. times.Length - 1 |]
        let training = times.Length - validations - tests

        if training < 1 then
            fail
                $"of {times.Length} examples none are left for training. Give more examples or smaller fractions."

        let places =
            [
                if validations > 0 then
                    training
                if tests > 0 then
                    training + validations
            ]

        let different = Times.count times rows

        if places.Length >= different then
            let times =
                if different = 1 then
                    "the same time"
                else
                    $"only {different} different times"

            fail
                $"all examples together have {times}, which cannot be divided into {places.Length + 1} parts, one after the other. Use another column of times, or a smaller number of parts."

        match Times.cut times places rows with
        | [ training; validation; test ] -> gather [| training, validation, test |]
        | [ training; rest ] when tests > 0 -> gather [| training, Array.empty, rest |]
        | [ training; rest ] -> gather [| training, rest, Array.empty |]
        | _ -> gather [| rows, Array.empty, Array.empty |]

    /// Where to cut an order so that the weights before the cut come nearest to a sum; from 0 to a maximum.
    let private cutAt (weights: float[]) (start: int) (most: int) (sum: float) : int =
        let mutable count = 0
        let mutable before = 0.0

        while count < most && sum - before > weights[start + count] / 2.0 do
            before <- before + weights[start + count]
            count <- count + 1

        count

    /// A split whose parts have their fractions of the sum of the weights, in each group; what one group lacks of its share is made up
    /// for by the next one. At least one example of each group stays in training.
    let private weighted seed validation test (weights: float32[]) (groups: int[][]) : Split =
        let owed = [| 0.0; 0.0 |]

        groups
        |> Array.mapi (fun group members ->
            let order =
                Random.permutation (Random.split seed group) 0UL members.Length
                |> Array.map (fun i -> members[i])

            let weights = order |> Array.map (fun i -> float weights[i])

            let take part start (fraction: float) =
                let share = fraction * Array.sum weights + owed[part]

                let count =
                    if fraction = 0.0 then
                        0
                    else
                        cutAt weights start (members.Length - 1 - start) share

                owed[part] <- share - Array.sum weights[start .. start + count - 1]
                count

            let tests = take 0 0 test
            let validations = take 1 tests validation
            order[tests + validations ..], order[tests .. tests + validations - 1], order[.. tests - 1])
        |> gather

    /// <summary>Splits the examples of a table: by its groups or times if it has them, else by their classes, or at random where they
    /// have none or several targets. Where examples without groups and times have different weights, a part has its fraction of the
    /// sum of the weights, as nearly as the examples allow.</summary>
    /// <exception cref="T:Hybrid.TableException">As for stratified, random, grouped and ordered.</exception>
    let ofTable (seed: uint64) (validation: float) (test: float) (table: Table) : Split =
        match table.SplitBy, table.Weights, table.Target with
        | Some {
                   Role = SplitRole.Group _
                   Values = groups
               },
          _,
          _ -> grouped seed validation test groups
        | Some {
                   Role = SplitRole.Time _
                   Values = times
               },
          _,
          _ -> ordered validation test times
        | None, Some weights, target when Array.exists ((<>) weights[0]) weights ->
            check validation test weights.Length

            match target with
            | Classes(_, labels) -> groupsOf labels
            | Quantity _
            | Labels _ -> [| [| 0 .. weights.Length - 1 |] |]
            |> weighted seed validation test weights
        | None, _, Classes(_, labels) -> stratified seed validation test labels
        | None, _, _ -> random seed validation test table.Examples

    /// <summary>The same with a calibration part, which is drawn first and at random whatever the targets are: so that its examples
    /// and those to come are exchangeable, which a share of every class would not be.</summary>
    /// <param name="seed">The seed of the random order.</param>
    /// <param name="calibration">The calibration part, in [0, 1); like the others a fraction of all examples.</param>
    /// <param name="validation">The validation part, in [0, 1).</param>
    /// <param name="test">The test part, in [0, 1).</param>
    /// <param name="table">The examples.</param>
    /// <exception cref="T:Hybrid.TableException">A fraction is out of range, or nothing is left for training.</exception>
    let calibrated
        (seed: uint64)
        (calibration: float)
        (validation: float)
        (test: float)
        (table: Table)
        : Split =
        if calibration = 0.0 then
            ofTable seed validation test table
        else
            checkFraction "calibration" calibration

            if calibration + validation + test >= 1.0 then
                fail
                    $"the calibration fraction {calibration}, the validation fraction {validation} and the test fraction {test} leave nothing for training. Their sum must be below 1."

            let count = table.Examples
            let order = Random.permutation (Random.split seed -1) 0UL count
            let drawn = share calibration count
            let rest = order[drawn..] |> Array.sort
            let left = 1.0 - calibration

            let inner = ofTable seed (validation / left) (test / left) (Table.subset rest table)

            let rows = Array.map (fun place -> rest[place])

            {
                Training = rows inner.Training
                Validation = rows inner.Validation
                Test = rows inner.Test
                Calibration = Array.sort order[.. drawn - 1]
            }
