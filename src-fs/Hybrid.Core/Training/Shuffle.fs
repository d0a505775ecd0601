namespace Hybrid.Core

/// <summary>The order of the examples in an epoch: a function of key and epoch alone.</summary>
/// <remarks>Where fewer are shuffled together than there are, runs of neighbours are put into a random order first, so that they are read
/// from a file in pieces of some size, and then the examples of each buffer among themselves.</remarks>
module internal Shuffle =
    /// Neighbours that stay together in one buffer, or in two.
    [<Literal>]
    let private Run = 256

    /// How many examples are shuffled together: whole batches, or all of them.
    let window (buffer: int) (batch: int) (count: int) : int =
        if buffer >= count then
            count
        else
            max 1 (buffer / batch) * batch

    /// <summary>The places of the examples, from 0.</summary>
    /// <param name="key">Of the order.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="window">How many are shuffled together; if it is all, any order is equally likely.</param>
    /// <param name="count">The number of examples.</param>
    let order (key: uint64) (epoch: uint64) (window: int) (count: int) : int[] =
        if window >= count then
            Random.permutation key epoch count
        else
            let runs = Random.permutation (Random.split key 0) epoch ((count + Run - 1) / Run)

            let places = Array.zeroCreate count
            let mutable filled = 0

            for run in runs do
                for place in run * Run .. min count ((run + 1) * Run) - 1 do
                    places[filled] <- place
                    filled <- filled + 1

            for start in 0..window .. count - 1 do
                let size = min window (count - start)
                let among = Array.sub places start size

                Random.permutation (Random.split key (1 + start / window)) epoch size
                |> Array.iteri (fun i place -> places[start + i] <- among[place])

            places
