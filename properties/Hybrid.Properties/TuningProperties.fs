/// Laws of searches for options.
module Hybrid.Properties.TuningProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Data
open Hybrid.Kernels
open Hybrid.Models
open Hybrid.Tuning

// ---- halving

let private scores =
    gen {
        let! count = Gen.choose (1, 30)
        // few values, so that some are equal
        let! values = Gen.listOfLength count (Gen.choose (0, 9))
        let! order = Gen.shuffle [| 1..count |]
        return List.zip [ 1..count ] values, List.ofArray order
    }
    |> Arb.fromGen

let private promotes (scores: (int * int) list, order: int list) : string list =
    let promoted = Halving.promote compare scores
    let shuffled = order |> List.map (fun trial -> scores[trial - 1])

    let left =
        scores |> List.filter (fun (trial, _) -> not (List.contains trial promoted))

    let score trial = snd scores[trial - 1]

    [
        if Halving.promote compare shuffled <> promoted then
            "the order in which scores come matters"
        if promoted.Length <> Halving.kept scores.Length then
            "not a third goes on"
        for trial in promoted do
            for other, value in left do
                if (value, other) < (score trial, trial) then
                    $"{other} is better than {trial}, which goes on"
    ]

let private rungs (most: int) : string list =
    let rungs = Halving.rungs most

    [
        if List.last rungs <> most then
            "the last rung is not the largest number of epochs"
        if rungs <> List.sort (List.distinct rungs) || rungs.Head < 1 then
            "rungs do not ascend from 1"
        if Halving.epochs most 1 <> int64 most then
            "a single trial does not have all epochs"
        if Halving.epochs most Halving.Bracket > 4L * int64 (Halving.Bracket * rungs.Head) then
            "the later rungs take longer than the first one"
    ]

// ---- spaces

let private number = Gen.choose (1, 999) |> Gen.map (fun n -> float n / 1000.0)

let private domainOf (kind: AxisKind) =
    match kind.Name with
    | AxisKind.Hidden ->
        Gen.choose (1, 300)
        |> Gen.listOf
        |> Gen.map (List.truncate 3 >> AxisValue.Sizes)
        |> Gen.nonEmptyListOf
        |> Gen.map Domain.Choices
    | AxisKind.Optimizer ->
        Gen.elements Method.names
        |> Gen.nonEmptyListOf
        |> Gen.map (List.map AxisValue.Name >> Domain.Choices)
    | "activation" ->
        Gen.elements [ "relu"; "tanh"; "gelu" ]
        |> Gen.nonEmptyListOf
        |> Gen.map (List.map AxisValue.Name >> Domain.Choices)
    | _ ->
        gen {
            let scale = if kind.IsWhole then 1000.0 else 1.0
            let! low = number
            let! high = number |> Gen.filter ((<>) low)
            let! values = Gen.nonEmptyListOf number
            let! isLogarithmic = Gen.elements [ true; false ]
            let! isRange = Gen.elements [ true; false ]

            return
                if isRange then
                    Domain.Range(scale * min low high, scale * max low high, isLogarithmic)
                else
                    Domain.Choices(values |> List.map (fun value -> AxisValue.Number(scale * value)))
        }

let private space =
    gen {
        let! kinds =
            AxisKind.all
            |> List.filter (fun kind -> kind.Name <> AxisKind.RateFactor)
            |> Gen.shuffle

        let! count = Gen.choose (1, kinds.Length)
        let kinds = kinds |> Array.truncate count |> List.ofArray
        let! domains = kinds |> List.map domainOf |> Gen.sequenceToList

        return
            {
                Axes =
                    List.map2
                        (fun (kind: AxisKind) domain -> { Name = kind.Name; Domain = domain })
                        kinds
                        domains
            }
    }

let private lies (domain: Domain) (value: AxisValue) : bool =
    match domain, value with
    | Domain.Choices values, value -> List.contains value values
    | Domain.Range(low, high, _), AxisValue.Number number -> low <= number && number <= high
    | _ -> false

let private draws (space: SearchSpace, seed: int, trial: int) : string list =
    let options =
        { Options.defaults with
            Seed = uint64 seed
        }

    let at trial =
        SearchSpace.configuration options trial space

    let configuration = at trial

    [
        SearchSpace.check options space

        if SpaceText.parse (SpaceText.print space) <> space then
            "the text of the space is read as another one"
        if at 1 <> { Values = [] } then
            "the first trial has other options"
        if at trial <> configuration then
            "a configuration is not the same twice"
        for name, value in configuration.Values do
            let axis = space.Axes |> List.find (fun axis -> axis.Name = name)

            if not (lies axis.Domain value) then
                $"{name} {AxisValue.text value} is outside its range"
        // what the optimizer does not have is left out
        Options.check (Configuration.apply configuration options)
    ]

// ---- searches

let private engine = CpuEngine.Create 1

let private small =
    {
        Axes =
            [
                {
                    Name = AxisKind.Hidden
                    Domain = Domain.Choices [ AxisValue.Sizes []; AxisValue.Sizes [ 3 ] ]
                }
                {
                    Name = AxisKind.RateFactor
                    Domain = Domain.Range(0.1, 100.0, true)
                }
            ]
    }

let private searches (seed: int, trials: int, metric: Metric option, cut: int) : string list =
    let table = Generators.generate Generators.moons (uint64 seed) 40 0.3

    let task =
        Tune.prepare
            { Options.defaults with
                Seed = uint64 seed
                Epochs = Some 9
            }
            []
            (Some small)
            metric
            0
            { Train = table; Test = None }

    let search threads known =
        Tune.search
            engine
            Communicator.alone
            threads
            (fun () -> false)
            (fun () -> false)
            (Budget.trials trials)
            (fun _ -> ())
            known
            task

    let found = search 1 []
    let results = found |> List.collect _.Results
    let known = results |> List.truncate (cut % (results.Length + 1))
    let best = Tune.best task found

    let lines =
        Journal.header task :: (results |> List.map (Journal.line 0))
        @ [ "{\"trial\":" ]

    [
        if found.Length <> trials then
            $"{found.Length} trials instead of {trials}"
        if search 3 [] <> found then
            "the number of threads matters"
        if search 2 known <> found then
            "going on gives other results"
        if
            (Journal.read task lines).Results
            <> (results |> List.map (fun result -> 0, result))
        then
            "the journal gives other results"
        if Trial.compare metric best.Score found.Head.Score > 0 then
            "the best trial is worse than the options as they are"
        for trial in found do
            for one, next in List.pairwise trial.Results do
                let score (result: TrialResult) = Result.toOption result.Outcome

                if Trial.compare metric (score next) (score one) > 0 then
                    "further epochs make the best one worse"
    ]

[<Tests>]
let tests =
    testList
        "tuning"
        [
            property "The better third goes on" 200 scores (promotes >> withoutComplaints)

            property
                "Rungs ascend to the largest number of epochs"
                200
                (Gen.choose (1, 2000) |> Arb.fromGen)
                (rungs >> withoutComplaints)

            property
                "A configuration is of its space, and a function of seed and number"
                100
                (Gen.zip3 space (Gen.choose (0, 1_000_000)) (Gen.choose (2, 1000)) |> Arb.fromGen)
                (draws >> withoutComplaints)

            property
                "A search is the same for any number of threads, and after an interruption"
                2
                (gen {
                    let! seed = Gen.choose (0, 1_000_000)
                    let! trials = Gen.choose (1, 31)
                    let! metric = Gen.elements [ None; Some(Metric.named "accuracy") ]
                    let! cut = Gen.choose (0, 1000)
                    return seed, trials, metric, cut
                 }
                 |> Arb.fromGen)
                (searches >> withoutComplaints)
        ]
