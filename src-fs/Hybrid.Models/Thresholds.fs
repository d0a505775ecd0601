namespace Hybrid.Models

open System

/// The probability from which on a label is yes, chosen by F1.
module internal Thresholds =
    /// What is taken without a choice.
    let usual = 0.5

    /// The most decimals of a threshold between two probabilities.
    let private decimals = 9

    /// The numbers t that decide alike, low < t ≤ high, and 2a / (2a + b) of what they decide, with the weight a of the examples that
    /// are yes and decided so, and b of those that are one of the two; 0 where that is 0 / 0.
    [<Struct>]
    type private Range = { Low: float; High: float; F1: float }

    /// From all examples yes to none.
    let private ranges (probabilities: float[]) (areYes: bool[]) (weights: float[]) : Range list =
        // of each probability, the weight of its examples and of those of them that are yes
        let groups =
            Array.zip3 probabilities areYes weights
            |> Array.groupBy (fun (probability, _, _) -> probability)
            |> Array.sortBy fst
            |> List.ofArray
            |> List.map (fun (probability, examples) ->
                struct (probability,
                        examples |> Array.sumBy (fun (_, _, weight) -> weight),
                        examples
                        |> Array.sumBy (fun (_, isYes, weight) -> if isYes then weight else 0.0)))

        let yes = groups |> List.sumBy (fun struct (_, _, yes) -> yes)

        // of the examples from each probability on
        let decided =
            (groups, struct (1.0, 0.0, 0.0))
            ||> List.scanBack (fun struct (probability, all, yes) struct (_, decided, right) ->
                struct (probability, decided + all, right + yes))

        let lows =
            Double.NegativeInfinity
            :: (groups |> List.map (fun struct (probability, _, _) -> probability))

        List.map2
            (fun low struct (high, decided, right) ->
                {
                    Low = low
                    High = high
                    F1 =
                        if yes + decided = 0.0 then
                            0.0
                        else
                            2.0 * right / (yes + decided)
                })
            lows
            decided
        |> List.filter (fun range -> range.Low < range.High)

    /// Of the numbers from 0 to 1 with so many decimals that lie in a range, the one nearest to 0.5.
    let private nearest (digits: int) (range: Range) : float option =
        let scale = 10.0 ** float digits

        let isWithin number =
            range.Low < number && number <= range.High

        [
            usual
            floor (range.High * scale) / scale
            (floor (range.Low * scale) + 1.0) / scale
        ]
        |> List.filter (fun number ->
            Double.IsFinite number && number >= 0.0 && number <= 1.0 && isWithin number)
        |> function
            | [] -> None
            | some -> Some(some |> List.minBy (fun number -> abs (number - usual)))

    /// <summary>The threshold t of the highest F1 of yes, where an example is yes if its probability is at least t. Of all that are
    /// equally good 0.5; else one with as few decimals as possible, as near to 0.5 as possible, the lower of two.</summary>
    /// <param name="probabilities">Of yes, for each example; finite, from 0 to 1.</param>
    /// <param name="areYes">What is true of it.</param>
    /// <param name="weights">How often it counts.</param>
    let choose (probabilities: float[]) (areYes: bool[]) (weights: float[]) : float =
        let ranges = ranges probabilities areYes weights
        let highest = ranges |> List.map _.F1 |> List.max
        let best = ranges |> List.filter (fun range -> range.F1 = highest)

        seq { 1..decimals }
        |> Seq.tryPick (fun digits ->
            match best |> List.choose (nearest digits) with
            | [] -> None
            | some -> Some(some |> List.minBy (fun number -> struct (abs (number - usual), number))))
        |> Option.defaultWith (fun () ->
            best |> List.map _.High |> List.minBy (fun high -> abs (high - usual)))
