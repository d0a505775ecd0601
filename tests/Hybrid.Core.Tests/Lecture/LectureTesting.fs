/// What the tests of the lecture share: experiments run quickly, and what every outcome has to keep.
module Hybrid.Tests.LectureTesting

open System
open System.Collections.Concurrent
open Hybrid.Lecture
open Hybrid.Tests
open Xunit

let quick: Setting = { Setting.defaults with Quick = true }

let private outcomes = ConcurrentDictionary<string, Lazy<Outcome>>()

/// What comes of an experiment with --quick; each runs once for all tests.
let outcome (experiment: Experiment) : Outcome =
    outcomes.GetOrAdd(experiment.Name, (fun _ -> lazy (Lecture.run quick experiment))).Value

/// A number that an outcome has measured, by its name.
let measured (name: string) (outcome: Outcome) : float =
    (outcome.Measurements |> List.find (fun one -> one.Name = name)).Measured

let holds (verdict: Verdict) : unit = Assert.Equal(Holds, verdict)

/// The verdict refutes the claim, in words that contain all the parts.
let refutes (parts: string list) (verdict: Verdict) : unit =
    match verdict with
    | HoldsInPart why
    | DoesNotHold why ->
        for part in parts do
            Assert.Contains(part, why)
    | other -> Assert.Fail $"The verdict is %A{other}."

/// <summary>All good conditions hold; of each broken list those fail that say one of its words, and no others; and every
/// condition is broken once at least: numbers on both sides of every limit.</summary>
let decides (good: Condition list) (broken: (string list * Condition list) list) : unit =
    let failing (conditions: Condition list) =
        conditions |> List.filter (fun one -> not one.Holds) |> List.map _.Says

    Assert.Equal<string list>([], failing good)
    Assert.All(good, fun one -> Assert.NotEqual<string>("", one.Reason))

    let failed =
        [
            for words, conditions in broken do
                let failed = failing conditions
                Assert.Equal(words.Length, failed.Length)

                for word, says in List.zip words failed do
                    Assert.Contains(word, says)

                yield! failed
        ]

    Assert.Equal<string list>([], good |> List.map _.Says |> List.except failed)

/// The outcome is the same when it is run again.
let repeats (experiment: Experiment) : unit =
    let again = Lecture.run quick experiment
    Assert.Equal<Measurement list>((outcome experiment).Measurements, again.Measurements)

/// The figures have a title, keep what every picture has to, and are of the names given.
let draws (names: string list) (outcome: Outcome) : unit =
    Assert.Equal<string list>(names, List.map fst outcome.Figures)

    for _, figure in outcome.Figures do
        Assert.NotEqual<string>("", figure.Title)
        PictureRules.keeps figure
