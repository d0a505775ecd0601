namespace Hybrid.Data

open System
open System.Collections.Generic
open Hybrid.Core

/// How one raw column becomes features.
type ColumnRule =
    /// (x - mean) / deviation, with the mean in place of a missing value.
    | Standardise of mean: float * deviation: float
    /// Of a date x, in days: as Standardise, and after that the sines, and then the cosines, of 2π(x + offset)/p for each period
    /// p, where x + offset are days since the beginning of 1970. A missing date is the mean.
    | Cycles of mean: float * deviation: float * offset: float * periods: float list
    /// One feature per category of the training part, by its index in the column's list: 1 where the value is that category
    /// and 0 elsewhere; and one more for a missing value, if training had any. A missing value (if training had none) or
    /// an unknown category sets none of these features.
    | OneHot of categories: int[] * missing: bool
    /// The number of the category's row in a table of learned vectors, by its index in the column's list. Row 0 is for categories
    /// that training had too rarely, for unknown ones and for a missing value. These numbers follow the features of all other
    /// columns: see Embedding.layer.
    | Row of rows: int[]

/// Weighted mean and deviation of numbers, one after the other.
[<Sealed>]
type internal Moments() =
    let mutable present = 0.0
    let mutable mean = 0.0
    let mutable squares = 0.0

    /// A number that may be missing.
    member _.Add(value: float, weight: float) : unit =
        // Welford's recurrence, and West's for weights (1979): no cancellation, even for a large mean
        if not (Double.IsNaN value) then
            present <- present + weight
            let difference = value - mean
            mean <- mean + weight * difference / present
            squares <- squares + weight * difference * (value - mean)

    /// Mean and deviation. A constant column keeps its scale.
    member _.Result: struct (float * float) =
        let deviation = sqrt (squares / (if present > 0.0 then present else 1.0))
        // a spread within float32 rounding counts as none
        struct (mean, (if deviation > 1e-6 * abs mean then deviation else 1.0))

/// Raw columns to features, as a layer: what is learned here, from the training part only, becomes part of the network.
module Preprocessing =
    /// Weighted mean and deviation of the numbers that are not missing, out of count.
    let private moments
        (count: int)
        (weight: int -> float)
        (number: int -> float32)
        : struct (float * float) =
        let moments = Moments()

        for i in 0 .. count - 1 do
            moments.Add(float (number i), weight i)

        moments.Result

    /// The length of the Gregorian year, on average.
    let private year = 365.2425

    let private firstDay = (DateTime.MinValue - DateTime.UnixEpoch).TotalDays

    let private lastDay = floor (DateTime.MaxValue - DateTime.UnixEpoch).TotalDays

    /// <summary>The periods in which dates may recur, as far as training shows them: the year, if it covers one, and half of it; the
    /// week, if it covers one and not every date is the same day of a month, in its three harmonics, which distinguish all seven
    /// days; and the day, if there are different times of day, and half of it.</summary>
    /// <param name="days">Since the beginning of 1970.</param>
    let private periods (days: float[]) : float list =
        let isVaried (part: float -> int) =
            (days |> Array.map part |> Array.distinct).Length > 1

        let covers period =
            days.Length > 0 && Array.max days - Array.min days >= period

        // rounding may leave the calendar
        let dayOfMonth day =
            (DateTime.UnixEpoch.AddDays(Math.Clamp(floor day, firstDay, lastDay))).Day

        [
            if covers year then
                yield! [ year; year / 2.0 ]
            if covers 7.0 && isVaried dayOfMonth then
                yield! [ 7.0; 7.0 / 2.0; 7.0 / 3.0 ]
            if isVaried (fun day -> int (round (1440.0 * (day - floor day)))) then
                yield! [ 1.0; 0.5 ]
        ]

    /// The rule of a column of numbers, by its moments and, of dates, its numbers.
    let private ofMoments
        (format: NumberFormat)
        (struct (mean, deviation))
        (numbers: float32 seq)
        : ColumnRule =
        match format.Notation with
        | Notation.Date _ ->
            let days =
                numbers
                |> Seq.filter Single.IsFinite
                |> Seq.map (fun number -> float number + format.Offset)
                |> Array.ofSeq

            match periods days with
            | [] -> Standardise(mean, deviation)
            | periods -> Cycles(mean, deviation, format.Offset, periods)
        | Notation.Decimal _ -> Standardise(mean, deviation)

    let private ofCodes (codes: float32 seq) (hasMissing: bool) : ColumnRule =
        OneHot(codes |> Seq.map int |> Array.ofSeq |> Array.sort, hasMissing)

    let private weightAt (weights: float32[] option) (rows: int[]) (row: int) : float =
        match weights with
        | Some weights -> float weights[rows[row]]
        | None -> 1.0

    /// The rule of a column, from what it holds row by row: pass the rows' numbers in, and ask for it then.
    let private learner (column: Column) : struct ((float32 -> float -> unit) * (unit -> ColumnRule)) =
        match column.Kind with
        | Number format ->
            let moments = Moments()
            let days = ResizeArray<float32>()
            let isDate = format.Notation.IsDate

            (fun number weight ->
                moments.Add(float number, weight)

                if isDate then
                    days.Add number),
            (fun () -> ofMoments format moments.Result days)
        | Category _ ->
            let met = HashSet<float32>()
            let hasMissing = ref false

            (fun code _ ->
                if Single.IsNaN code then
                    hasMissing.Value <- true
                else
                    met.Add code |> ignore),
            (fun () -> ofCodes met hasMissing.Value)
        |> fun (add, rule) -> struct (add, rule)

    /// <summary>The rule of each column, learned from some examples of a table.</summary>
    /// <param name="table">Where the examples are from.</param>
    /// <param name="rows">The training part, by index.</param>
    let fit (table: Table) (rows: int[]) : ColumnRule[] =
        let width = table.Columns.Length

        let weight = weightAt table.Weights rows

        if table.OneUnit then
            // all pixels share one scale: a nearly constant pixel must not be amplified
            let moments = Moments()

            Table.eachRow table rows (fun row features start ->
                let weight = weight row

                for j in 0 .. width - 1 do
                    moments.Add(float features[start + j], weight))

            let struct (mean, deviation) = moments.Result
            Array.create width (Standardise(mean, deviation))
        else
            let learners = Array.map learner table.Columns

            Table.eachRow table rows (fun row features start ->
                let weight = weight row

                for j in 0 .. width - 1 do
                    let struct (add, _) = learners[j]
                    add features[start + j] weight)

            learners |> Array.map (fun struct (_, rule) -> rule ())

    /// A number for each column; if they are all equal, a scalar, which is broadcast.
    let private rowOf (pick: struct (float * float) -> float) (moments: struct (float * float)[]) : Tensor =
        match moments |> Array.map pick |> Array.distinct with
        | [| one |] -> Tensor.scalar one
        | _ -> Tensor.constant [ moments.Length ] (Array.map pick moments)

    let private standardise (rules: struct (float * float)[]) (x: Tensor) : Tensor =
        let mean = rules |> rowOf (fun (struct (mean, _)) -> mean)

        (Tensor.select (Tensor.isNaN x) mean x - mean)
        / (rules |> rowOf (fun (struct (_, deviation)) -> deviation))

    let private oneHot (categories: int[]) missing (x: Tensor) : Tensor =
        let each = Tensor.constant [ categories.Length ] (Array.map float categories)

        match categories, missing with
        | [||], _ -> Tensor.isNaN x
        | _, true -> Tensor.concat 1 [ Tensor.equal x each; Tensor.isNaN x ]
        | _, false -> Tensor.equal x each

    let private cycles
        (mean: float)
        (deviation: float)
        (offset: float)
        (periods: float list)
        (x: Tensor)
        : Tensor =
        // angles from a whole day near the mean are small enough for float32
        let middle = round mean

        let row (number: float -> float) =
            Tensor.constant [ periods.Length ] (periods |> List.map number |> Array.ofList)

        let days = Tensor.select (Tensor.isNaN x) (Tensor.scalar mean) x

        let phase period =
            let turns = (middle + offset) / period
            2.0 * Math.PI * (turns - floor turns)

        let angles =
            (days - Tensor.scalar middle) * row (fun period -> 2.0 * Math.PI / period)
            + row phase

        Tensor.concat
            1
            [
                (days - Tensor.scalar mean) / Tensor.scalar deviation
                Tensor.sin angles
                Tensor.cos angles
            ]

    /// The number of a category's row, [examples; 1]; what is no index of a category has row 0.
    let private row (rows: int[]) (x: Tensor) : Tensor =
        let places = Array.append [| 0.0 |] (Array.map float rows)
        Embedding.lookUp (Tensor.constant [ places.Length; 1 ] places) (x + 1.0)

    /// Adjacent numeric columns are handled together; row numbers come last.
    let private runs (rules: ColumnRule[]) : (int * ColumnRule list) list =
        let extend (index: int, rule) runs =
            match rule, runs with
            | Standardise _, (_, (Standardise _ :: _ as others)) :: rest -> (index, rule :: others) :: rest
            | _ -> (index, [ rule ]) :: runs

        let first, last =
            Array.foldBack extend (Array.indexed rules) []
            |> List.partition (fun (_, run: ColumnRule list) -> not run.Head.IsRow)

        first @ last

    /// <summary>The layer that turns raw columns, [examples; columns], into features, [examples; features].</summary>
    let layer (rules: ColumnRule[]) : Layer =
        let apply (x: Tensor) =
            runs rules
            |> List.map (fun (start, run) ->
                let columns = Tensor.slice 1 start run.Length x

                match run with
                | [ OneHot(categories, missing) ] -> oneHot categories missing columns
                | [ Row rows ] -> row rows columns
                | [ Cycles(mean, deviation, offset, periods) ] ->
                    cycles mean deviation offset periods columns
                | _ ->
                    let moments =
                        [|
                            for rule in run do
                                match rule with
                                | Standardise(mean, deviation) -> struct (mean, deviation)
                                | Cycles _
                                | OneHot _
                                | Row _ -> ()
                        |]

                    standardise moments columns)
            |> Tensor.concat 1

        Layer.ofFunction "preprocessing" apply

    /// <summary>Mean and deviation of each of some quantities over some examples, as far as they have it: the scale in which the
    /// network learns it.</summary>
    /// <param name="targets">The number of quantities of an example.</param>
    /// <param name="weights">The weight of each example of the table; all 1 if absent.</param>
    /// <param name="values">[examples; targets]; NaN for a missing one.</param>
    /// <param name="rows">The examples, by index.</param>
    let targetMoments
        (targets: int)
        (weights: float32[] option)
        (values: float32[])
        (rows: int[])
        : struct (float * float)[] =
        Array.init targets (fun target ->
            moments rows.Length (weightAt weights rows) (fun row -> values[rows[row] * targets + target]))

    /// The layer that maps a network's outputs, in deviations from the mean, back to the quantities' own units.
    let unscale (moments: struct (float * float)[]) : Layer =
        // a scaling by the same numbers is recognised by its graph, a different one is called by its name
        let kind =
            if (Array.distinct moments).Length = 1 then
                "scale"
            else
                "scales"

        Layer.ofFunction kind (fun y ->
            y * rowOf (fun (struct (_, deviation)) -> deviation) moments
            + rowOf (fun (struct (mean, _)) -> mean) moments)
