namespace Hybrid.Data

open System
open System.Collections.Generic

/// Columns that give a target away in all but a few examples.
module internal NearLeaks =
    /// The share of the examples in which a column must tell the target.
    let private share = 0.99

    /// From this number of examples on, that is no chance, …
    let private fewest = 50

    /// … if so many have another target than most.
    let private fewestOthers = 5

    /// Of more examples, so many are looked at first: a column that does not tell a share of these is not looked at further.
    let private sample = 1_000

    let private shareOfSample = 0.97

    /// Whether so many errors are few: also beside those of always answering with the most frequent target.
    let private areFew (share: float) (n: int) (wrong: int) (others: int) : bool =
        float wrong <= (1.0 - share) * float n
        && others >= fewestOthers
        && 10 * wrong <= others

    /// How many examples have the most frequent target of their value, if each value occurs four times on average.
    let private byValue (share: float) (values: float32[]) (targets: float32[]) : int option =
        let counts = Dictionary<struct (float32 * float32), int>()
        let distinct = HashSet<float32>()
        let ofTargets = Dictionary<float32, int>()
        let mutable i = 0

        while i < values.Length && 4 * distinct.Count <= values.Length do
            // missing values are one value
            let value =
                if Single.IsNaN values[i] then
                    Single.MaxValue
                else
                    values[i]

            let key = struct (value, targets[i])
            counts[key] <- 1 + counts.GetValueOrDefault key
            ofTargets[targets[i]] <- 1 + ofTargets.GetValueOrDefault targets[i]
            distinct.Add value |> ignore
            i <- i + 1

        if i < values.Length || distinct.Count < 2 then
            None
        else
            let told =
                counts
                |> Seq.groupBy (fun pair ->
                    let struct (value, _) = pair.Key
                    value)
                |> Seq.sumBy (fun (_, pairs) -> pairs |> Seq.map _.Value |> Seq.max)

            if
                areFew share values.Length (values.Length - told) (values.Length - Seq.max ofTargets.Values)
            then
                Some told
            else
                None

    /// How many examples of two classes one threshold tells apart.
    let private byThreshold (share: float) (values: float32[]) (targets: float32[]) : int option =
        let pairs =
            Array.zip values targets
            |> Array.filter (fun (value, _) -> not (Single.IsNaN value))
            |> Array.sort

        let ones = pairs |> Array.sumBy snd |> int
        let mutable onesBelow = 0
        let mutable told = 0

        for i in 1 .. pairs.Length - 1 do
            onesBelow <- onesBelow + int (snd pairs[i - 1])

            if fst pairs[i - 1] < fst pairs[i] then
                // ones above and zeros below, or the other way round
                let right = ones - onesBelow + i - onesBelow
                told <- max told (max right (pairs.Length - right))

        if areFew share values.Length (values.Length - told) (min ones (pairs.Length - ones)) then
            Some told
        else
            None

    /// The length of the longest strictly ascending part, in order, of some numbers.
    let private longestAscent (numbers: float32[]) : int =
        let ends = ResizeArray<float32>()

        for number in numbers do
            let at =
                match ends.BinarySearch number with
                | found when found >= 0 -> found
                | next -> ~~~next

            if at = ends.Count then
                ends.Add number
            else
                ends[at] <- number

        ends.Count

    /// How many examples of a quantity lie on one rising or falling curve: their order by the column is that by the target.
    let private byOrder (share: float) (values: float32[]) (targets: float32[]) : int option =
        let pairs =
            Array.zip values targets
            |> Array.filter (fun (value, _) -> not (Single.IsNaN value))

        let told (sign: float32) =
            // of equal values at most one counts
            pairs
            |> Array.sortBy (fun (value, target) -> struct (value, -sign * target))
            |> Array.map (fun (_, target) -> sign * target)
            |> longestAscent

        match max (told 1f) (told -1f) with
        | told when areFew share values.Length (values.Length - told) values.Length -> Some told
        | _ -> None

    let private look
        share
        (column: Column)
        (target: Column)
        (values: float32[])
        (targets: float32[])
        : int option =
        byValue share values targets
        |> Option.orElseWith (fun () ->
            match column.Kind, target.Kind with
            | Number _, Category [| _; _ |] -> byThreshold share values targets
            | Number _, Number _ -> byOrder share values targets
            | _ -> None)

    /// In how many examples the column tells the target, if it does so in 99 % of them; where the targets are present.
    let find (column: Column) (values: float32[]) (target: Column) (targets: float32[]) : int option =
        let isLikely =
            values.Length <= sample
            || (let step = values.Length / sample

                let some (numbers: float32[]) =
                    Array.init sample (fun i -> numbers[i * step])

                (look shareOfSample column target (some values) (some targets)).IsSome)

        if values.Length >= fewest && isLikely then
            look share column target values targets
        else
            None
