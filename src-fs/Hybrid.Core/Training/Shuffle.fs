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

    /// <summary>Writes the examples in the order of an epoch.</summary>
    /// <param name="key">Of the order.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="window">How many are shuffled together; if it is all, any order is equally likely.</param>
    /// <param name="rows">The examples.</param>
    /// <param name="order">As many numbers, which are overwritten.</param>
    let write (key: uint64) (epoch: uint64) (window: int) (rows: int[]) (order: int[]) : unit =
        let count = rows.Length

        if window >= count then
            rows.CopyTo(order, 0)
            Random.shuffle key epoch order
        else
            let runs = Random.permutation (Random.split key 0) epoch ((count + Run - 1) / Run)
            let mutable filled = 0

            for run in runs do
                for place in run * Run .. min count ((run + 1) * Run) - 1 do
                    order[filled] <- rows[place]
                    filled <- filled + 1

            for start in 0..window .. count - 1 do
                let among = Array.sub order start (min window (count - start))
                Random.shuffle (Random.split key (1 + start / window)) epoch among
                among.CopyTo(order, start)
