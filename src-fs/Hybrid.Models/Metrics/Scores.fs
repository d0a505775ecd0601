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

/// Numbers in the order of their arrival: four bytes each while all are of single precision, as those of networks are, and eight
/// otherwise.
[<Sealed>]
type internal Scores() =
    let singles = Pieces<float32>()
    let mutable doubles: Pieces<float> = Unchecked.defaultof<_>

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

    /// <summary>Sorts indices by their numbers, the smallest first.</summary>
    /// <returns>The numbers in that order.</returns>
    member _.Sort(indices: int[]) : int -> float =
        if isNull (box doubles) then
            let keys = indices |> Array.map (fun index -> singles[index])
            Array.Sort(keys, indices)
            fun place -> float keys[place]
        else
            let keys = indices |> Array.map (fun index -> doubles[index])
            Array.Sort(keys, indices)
            fun place -> keys[place]
