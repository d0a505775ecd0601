namespace Hybrid.Models

open System

/// Values in the order of their arrival, in pieces, so that none has to be copied where more come.
[<Sealed>]
type internal Pieces<'value>() =
    static let pieceLength = 1 <<< 16
    let pieces = ResizeArray<'value[]>()
    let mutable count = 0

    member _.Count = count

    member _.Add(value: 'value) : unit =
        if count = pieces.Count * pieceLength then
            pieces.Add(Array.zeroCreate pieceLength)

        pieces[count / pieceLength][count % pieceLength] <- value
        count <- count + 1

    member _.Item
        with get (index: int): 'value = pieces[index / pieceLength][index % pieceLength]

/// <summary>Numbers in descending order.</summary>
/// <param name="count">How many they are.</param>
/// <param name="number">The number in a place.</param>
/// <param name="weights">The weight of each; none where all have the weight 1.</param>
[<Sealed>]
type internal Descending(count: int, number: int -> float, weights: float[] option) =
    let mutable place = 0
    let mutable passed = 0.0

    /// The next number; NaN behind the last one.
    member _.Next = if place < count then number place else nan

    /// The weight of the numbers that were passed.
    member _.Passed = passed

    /// Passes all numbers that equal one.
    member this.Pass(value: float) : unit =
        while this.Next = value do
            passed <-
                passed
                + (match weights with
                   | Some weights -> weights[place]
                   | None -> 1.0)

            place <- place + 1

/// Numbers in the order of their arrival: four bytes each while all are of single precision, as those of networks are, and eight
/// otherwise.
[<Sealed>]
type internal Scores() =
    let singles = Pieces<float32>()
    let mutable doubles: Pieces<float> = Unchecked.defaultof<_>

    member _.Count =
        if isNull (box doubles) then
            singles.Count
        else
            doubles.Count

    member _.Add(value: float) : unit =
        if isNull (box doubles) && float (float32 value) = value then
            singles.Add(float32 value)
        else
            if isNull (box doubles) then
                doubles <- Pieces<float>()

                for i in 0 .. singles.Count - 1 do
                    doubles.Add(float singles[i])

            doubles.Add value

    member _.Item
        with get (index: int): float =
            if isNull (box doubles) then
                float singles[index]
            else
                doubles[index]

    /// <summary>Some of the numbers in descending order: four or eight bytes each, and eight for its weight.</summary>
    /// <param name="isTaken">Which of all.</param>
    /// <param name="weights">The weights of all; none where they are 1.</param>
    member this.Descending(isTaken: int -> bool, weights: Scores option) : Descending =
        let mutable count = 0

        for index in 0 .. this.Count - 1 do
            if isTaken index then
                count <- count + 1

        let count = count

        let taken (value: int -> 'value) : 'value[] =
            let values = Array.zeroCreate count
            let mutable place = 0

            for index in 0 .. this.Count - 1 do
                if isTaken index then
                    values[place] <- value index
                    place <- place + 1

            values

        let weights =
            weights |> Option.map (fun weights -> taken (fun index -> weights[index]))

        let sort (numbers: 'number[]) =
            match weights with
            | Some weights ->
                Array.Sort(numbers, weights)
                Array.Reverse weights
            | None -> Array.Sort numbers

            Array.Reverse numbers

        if isNull (box doubles) then
            let numbers = taken (fun index -> singles[index])
            sort numbers
            Descending(count, (fun place -> float numbers[place]), weights)
        else
            let numbers = taken (fun index -> doubles[index])
            sort numbers
            Descending(count, (fun place -> numbers[place]), weights)
