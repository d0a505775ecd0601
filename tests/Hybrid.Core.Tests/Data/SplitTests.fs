module Hybrid.Tests.SplitTests

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Data
open Hybrid.Testing
open Hybrid.Tests.DataTesting
open Xunit

/// Labels of a few classes, and two fractions whose sum is below 1.
let private cases =
    let generator =
        gen {
            let! classes = Gen.choose (1, 5)
            let! labels = Gen.choose (0, classes - 1) |> Gen.nonEmptyListOf
            let! validation = Gen.choose (0, 49)
            let! test = Gen.choose (0, 50)
            let! seed = Gen.choose (0, 1000)
            return labels, validation, test, seed
        }

    let shrink (labels: int list, validation, test, seed) =
        seq {
            if labels.Length > 1 then
                yield labels.Tail, validation, test, seed

            if validation > 0 then
                yield labels, 0, test, seed

            if test > 0 then
                yield labels, validation, 0, seed
        }

    Arb.fromGenShrink (generator, shrink)

let private split (labels: int list, validation, test, seed) =
    Split.stratified
        (uint64 (seed: int))
        (float validation / 100.0)
        (float test / 100.0)
        (Array.ofList labels)

[<Fact>]
let ``Every example is in exactly one part`` () =
    Prop.forAll cases (fun (labels, _, _, _ as case) ->
        let parts = split case
        let all = Array.concat [ parts.Training; parts.Validation; parts.Test ]
        Array.sort all = Array.init labels.Length id)
    |> check

[<Fact>]
let ``Every class has its rounded share of each part, and occurs in training`` () =
    Prop.forAll cases (fun (labels, validation, test, _ as case) ->
        let parts = split case

        let count (part: int[]) label =
            part |> Array.filter (fun i -> labels[i] = label) |> Array.length

        labels
        |> List.countBy id
        |> List.forall (fun (label, size) ->
            let near percent (part: int[]) =
                let quota = float percent / 100.0 * float size
                let found = float (count part label)
                found < quota + 1.0 && (found > quota - 1.0 || count parts.Training label = 1)

            near validation parts.Validation
            && near test parts.Test
            && count parts.Training label >= 1))
    |> check

[<Fact>]
let ``No part is larger than its fraction of all, rounded`` () =
    Prop.forAll cases (fun (labels, validation, test, _ as case) ->
        let parts = split case

        let most percent =
            Math.Round(float percent / 100.0 * float labels.Length, MidpointRounding.AwayFromZero)
        // rounding every class down may already reach it, and never passes it
        float parts.Validation.Length <= most validation
        && float parts.Test.Length <= most test)
    |> check

[<Fact>]
let ``The same seed gives the same split`` () =
    Prop.forAll cases (fun case -> split case = split case) |> check

[<Fact>]
let ``The total is exact if the classes are large enough`` () =
    let labels = (BuiltIn.digits () |> labels)
    let parts = Split.stratified 1UL 0.1 0.2 labels
    Assert.Equal((180, 359, 1258), (parts.Validation.Length, parts.Test.Length, parts.Training.Length))
    Assert.NotEqual<int[]>(parts.Test, (Split.stratified 2UL 0.1 0.2 labels).Test)

[<Fact>]
let ``A class's only member goes to training`` () =
    let parts = Split.stratified 1UL 0.4 0.4 [| 0; 1; 0; 0; 0; 0 |]
    Assert.Contains(1, parts.Training)

[<Fact>]
let ``A random split has its sizes, and an empty part for a fraction of 0`` () =
    let parts = Split.random 5UL 0.25 0.0 10
    Assert.Equal((3, 0, 7), (parts.Validation.Length, parts.Test.Length, parts.Training.Length))

[<Theory>]
[<InlineData(-0.1, 0.0, "validation fraction is -0.1")>]
[<InlineData(1.0, 0.0, "validation fraction is 1")>]
[<InlineData(0.0, Double.NaN, "test fraction is NaN")>]
[<InlineData(0.5, 0.5, "leave nothing for training")>]
let ``Invalid fractions are errors`` (validation, test, part) =
    failsWith [ part ] (fun () -> Split.stratified 1UL validation test [| 0; 1; 0; 1 |])
    failsWith [ part ] (fun () -> Split.random 1UL validation test 4)

[<Fact>]
let ``A split that leaves nothing to train on is an error`` () =
    failsWith [ "leave none for training" ] (fun () -> Split.random 1UL 0.5 0.0 1)
    failsWith [ "no examples" ] (fun () -> Split.random 1UL 0.5 0.0 0)
    failsWith [ "no examples" ] (fun () -> Split.stratified 1UL 0.5 0.0 [||])

// ---- groups and times

let private part (split: Split) =
    [ split.Training; split.Validation; split.Test ]

let private grouped (labels: int list, validation, test, seed) =
    let groups = labels |> List.map float |> Array.ofList

    try
        Some(
            Split.grouped (uint64 (seed: int)) (float validation / 100.0) (float test / 100.0) groups,
            groups
        )
    with :? TableException ->
        None

[<Fact>]
let ``Groups - any shares - are in one part, and every example is in one`` () =
    Prop.forAll cases (fun (labels, validation, test, seed) ->
        match grouped (labels, validation, test, seed) with
        | None ->
            // only where there are fewer groups than parts
            (List.distinct labels).Length < 3
        | Some(split, groups) ->
            let present = part split |> List.map (Array.map (fun row -> groups[row]) >> set)

            Array.sort (Array.concat (part split)) = [| 0 .. labels.Length - 1 |]
            && Set.count (Set.unionMany present) = List.sumBy Set.count present
            && split.Training.Length > 0
            && (validation = 0) = (split.Validation.Length = 0)
            && (test = 0) = (split.Test.Length = 0)
            && split = (grouped (labels, validation, test, seed) |> Option.get |> fst))
    |> check

[<Fact>]
let ``Times - any shares - rise from training over validation to test`` () =
    Prop.forAll cases (fun (labels, validation, test, _) ->
        let times = labels |> List.map float |> Array.ofList

        try
            let split = Split.ordered (float validation / 100.0) (float test / 100.0) times

            let latest rows =
                rows |> Array.map (fun row -> times[row]) |> Array.fold max Double.MinValue

            let earliest rows =
                rows |> Array.map (fun row -> times[row]) |> Array.fold min Double.MaxValue

            Array.sort (Array.concat (part split)) = [| 0 .. times.Length - 1 |]
            && latest split.Training < earliest split.Validation
            && latest split.Validation < earliest split.Test
            && latest split.Training < earliest split.Test
            && split.Training.Length > 0
        with :? TableException ->
            // rounding may take one example more than the shares leave
            (100 - validation - test) * labels.Length <= 100
            || (List.distinct labels).Length < 1 + sign validation + sign test)
    |> check

let private tableOf groups labels =
    let table =
        Table.create
            "t"
            [| Column.numeric "x" |]
            (Array.map float32 labels)
            "y"
            (Classes([| "a"; "b"; "c"; "d"; "e" |], labels))

    if groups then
        Table.splitBy
            {
                Role = SplitRole.Group "g"
                Values = Array.map float labels
                Groups = Array.empty
            }
            table
    else
        table

[<Fact>]
let ``Folds - groups or classes - hold every row out once and tear no group apart`` () =
    Prop.forAll cases (fun (labels, count, isGrouped, seed) ->
        let labels = Array.ofList labels
        let table = tableOf (isGrouped % 2 = 0) labels
        let rows = [| 0 .. labels.Length - 1 |]
        let count = 2 + count % 4

        KFold.most table rows < count
        || (let folds = KFold.split (uint64 seed) count table rows

            let classes =
                folds
                |> List.map (fun (_, held) -> held |> Array.countBy (fun row -> labels[row]) |> Map)

            Array.sort (Array.collect snd (Array.ofList folds)) = rows
            && folds
               |> List.forall (fun (training, held) -> Array.sort (Array.append training held) = rows)
            && (if isGrouped % 2 = 0 then
                    Array.distinct labels
                    |> Array.forall (fun c -> classes |> List.filter (Map.containsKey c) |> List.length = 1)
                    && folds |> List.forall (fun (_, held) -> held.Length > 0)
                else
                    Array.distinct labels
                    |> Array.forall (fun c ->
                        let shares = classes |> List.map (Map.tryFind c >> Option.defaultValue 0)
                        List.max shares - List.min shares <= 1))))
    |> check

[<Fact>]
let ``Folds - times - learn from what is earlier and hold the later rows out once`` () =
    Prop.forAll cases (fun (labels, count, _, seed) ->
        let times = labels |> Array.ofList |> Array.map float

        let table =
            tableOf false (Array.ofList labels)
            |> Table.splitBy
                {
                    Role = SplitRole.Time "t"
                    Values = times
                    Groups = Array.empty
                }

        let rows = [| 0 .. times.Length - 1 |]
        let count = 2 + count % 4

        KFold.most table rows < count
        || (let folds = KFold.split (uint64 seed) count table rows
            let held = folds |> List.map snd |> Array.concat
            let first = fst folds.Head
            let sizes = first.Length :: (folds |> List.map (fun (_, held) -> held.Length))

            folds.Length = count
            && Array.sort (Array.append first held) = rows
            && List.min sizes >= 1
            && ((Array.distinct times).Length < times.Length
                || List.max sizes - List.min sizes <= 1)
            && folds
               |> List.forall (fun (training, held) ->
                   let last = training |> Array.map (fun row -> times[row]) |> Array.max
                   held |> Array.forall (fun row -> times[row] > last))
            && folds
               |> List.pairwise
               |> List.forall (fun ((training, held), (next, _)) ->
                   Array.sort (Array.append training held) = next)))
    |> check

[<Fact>]
let ``Groups - one that is nearly everything - stays in training`` () =
    let groups = Array.init 100 (fun i -> if i < 90 then 0.0 else float (1 + i % 5))
    let split = Split.grouped 3UL 0.1 0.25 groups
    Assert.All(split.Test, (fun row -> Assert.True(row >= 90)))
    Assert.All(split.Validation, (fun row -> Assert.True(row >= 90)))
    failsWith [ "2 groups"; "3 parts" ] (fun () -> Split.grouped 1UL 0.1 0.2 [| 1.0; 2.0; 2.0 |])

let private ofTexts role (texts: string list) =
    match SplitColumn.ofTexts role (Array.ofList texts) with
    | Ok column -> column.Values
    | Error problem -> raise (TableException("", None, None, problem))

[<Fact>]
let ``Split columns - texts of groups and times - are read or refused`` () =
    let time = SplitRole.Time "when"
    Assert.Equal<float[]>([| 0.0; 1.0; 0.0 |], ofTexts (SplitRole.Group "g") [ "b"; "a"; "b" ])
    Assert.Equal<float[]>([| 2.5; -1.0 |], ofTexts time [ "2.5"; "-1" ])
    Assert.Equal<float[]>([| 0.0; 31.5 |], ofTexts time [ "1970-01-01"; "1970-02-01 12:00" ])
    Assert.Equal<float[]>([| 30.0; 0.0 |], ofTexts time [ "31.01.1970"; "01.01.1970" ])
    failsWith [ "«when»"; "2010-12-31" ] (fun () -> ofTexts time [ "01/02/2000"; "03/04/2001" ])
    failsWith [ "numbers or dates"; "«soon»" ] (fun () -> ofTexts time [ "1"; "soon" ])
    failsWith [ "missing in row 2" ] (fun () -> ofTexts (SplitRole.Group "g") [ "a"; "" ])
    failsWith [ "missing" ] (fun () -> ofTexts time [ "NaN" ])
    Assert.Equal(Some(SplitRole.Time "a:b"), SplitRole.tryParse "time:a:b")
    Assert.Equal(None, SplitRole.tryParse "time:")

let private only target =
    Table.create "test" [||] [||] "y" target

[<Fact>]
let ``A calibration part - drawn at random - leaves the other parts their shares`` () =
    let target =
        Classes([| "a"; "b" |], Array.init 100 (fun row -> if row < 80 then 0 else 1))

    let parts = Split.calibrated 3UL 0.2 0.1 0.25 (only target)

    Assert.Equal<int list>(
        [ 45; 10; 25; 20 ],
        [ parts.Training; parts.Validation; parts.Test; parts.Calibration ]
        |> List.map _.Length
    )

    let all =
        Array.concat [ parts.Training; parts.Validation; parts.Test; parts.Calibration ]

    Assert.Equal<int[]>(Array.init 100 id, Array.sort all)

[<Fact>]
let ``A calibration part - whatever the targets - has the same rows`` () =
    let drawn target =
        (Split.calibrated 3UL 0.2 0.1 0.25 (only target)).Calibration

    Assert.Equal<int[]>(
        drawn (Quantity(Array.init 50 float32)),
        drawn (Classes([| "a"; "b" |], Array.init 50 (fun row -> row % 2)))
    )

[<Fact>]
let ``Without a calibration part - a split - is as it was`` () =
    let table = only (Quantity(Array.init 40 float32))
    Assert.Equal(Split.ofTable 1UL 0.1 0.2 table, Split.calibrated 1UL 0.0 0.1 0.2 table)

[<Fact>]
let ``Shares that leave nothing to train on - with a calibration part - are refused`` () =
    failsWith [ "calibration"; "below 1" ] (fun () ->
        Split.calibrated 1UL 0.5 0.3 0.2 (only (Quantity(Array.init 40 float32))))
