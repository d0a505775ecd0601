namespace Hybrid.Core

open System

/// <summary>Counter-based random numbers: number i of step s of key k is a pure function of (k, s, i).</summary>
/// <remarks>Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
/// Uniform numbers have 24 bits, so that float32 and float64 hold the same ones exactly.</remarks>
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Random =
    /// Four words of 32 bits for a counter of 128 bits (block, step) and a key of 64.
    let internal philox
        (key: uint64)
        (step: uint64)
        (block: uint64)
        : struct (uint32 * uint32 * uint32 * uint32) =
        let mutable x0 = uint32 block
        let mutable x1 = uint32 (block >>> 32)
        let mutable x2 = uint32 step
        let mutable x3 = uint32 (step >>> 32)
        let mutable k0 = uint32 key
        let mutable k1 = uint32 (key >>> 32)

        for _ in 1..10 do
            let p = 0xD2511F53UL * uint64 x0
            let q = 0xCD9E8D57UL * uint64 x2
            let y0 = uint32 (q >>> 32) ^^^ x1 ^^^ k0
            let y2 = uint32 (p >>> 32) ^^^ x3 ^^^ k1
            x1 <- uint32 q
            x3 <- uint32 p
            x0 <- y0
            x2 <- y2
            k0 <- k0 + 0x9E3779B9u
            k1 <- k1 + 0xBB67AE85u

        struct (x0, x1, x2, x3)

    /// The key of a named part of something that has a key: different parts draw independent numbers.
    let split (key: uint64) (part: int) : uint64 =
        let struct (a, b, _, _) = philox key UInt64.MaxValue (uint64 part)
        uint64 a ||| (uint64 b <<< 32)

    /// The high 24 bits of a word, as a number in [0, 1).
    let private unit24 (word: uint32) = float32 (word >>> 8) * (1f / 16777216f)

    /// A standard normal number of two words.
    let internal normal (radius: uint32) (angle: uint32) : float =
        // 1 - u is in (0, 1], where the logarithm is finite
        sqrt (-2.0 * log (1.0 - float (unit24 radius)))
        * cos (2.0 * Math.PI * float (unit24 angle))

    /// Fills y with the uniform numbers in [0, 1) of a key and a step, from one of them on.
    let internal fillFrom (key: uint64) (step: uint64) (first: int64) (y: Span<float32>) : unit =
        for block in first / 4L .. (first + int64 y.Length + 3L) / 4L - 1L do
            let struct (a, b, c, d) = philox key step (uint64 block)
            let i = int (4L * block - first)

            if i >= 0 then
                y[i] <- unit24 a

            if i + 1 >= 0 && i + 1 < y.Length then
                y[i + 1] <- unit24 b

            if i + 2 >= 0 && i + 2 < y.Length then
                y[i + 2] <- unit24 c

            if i + 3 < y.Length then
                y[i + 3] <- unit24 d

    /// Fills y with uniform numbers in [0, 1), for a key and a step.
    let internal fill (key: uint64) (step: uint64) (y: Span<float32>) : unit = fillFrom key step 0L y

    /// n uniform numbers in [0, 1), for a key and a step, from one of them on.
    let internal uniformsFrom (key: uint64) (step: uint64) (first: int64) (n: int) : float[] =
        let y = Array.zeroCreate<float32> n
        fillFrom key step first (y.AsSpan())
        Array.map float y

    /// The first n uniform numbers in [0, 1), for a key and a step.
    let uniforms (key: uint64) (step: uint64) (n: int) : float[] = uniformsFrom key step 0L n

    /// <summary>Passes standard normal numbers on with their places, from 0 to n-1, by the Box–Muller transform: two uniform numbers make
    /// one.</summary>
    /// <remarks>Box and Muller, "A note on the generation of random normal deviates" (1958).</remarks>
    let inline internal eachNormal
        (key: uint64)
        (n: int)
        ([<InlineIfLambda>] action: int -> float -> unit)
        : unit =
        for block in 0 .. (n + 1) / 2 - 1 do
            let struct (a, b, c, d) = philox key 0UL (uint64 block)
            action (2 * block) (normal a b)

            if 2 * block + 1 < n then
                action (2 * block + 1) (normal c d)

    /// n standard normal numbers.
    let normals (key: uint64) (n: int) : float[] =
        let y = Array.zeroCreate n
        eachNormal key n (fun i x -> y[i] <- x)
        y

    /// Puts numbers into a random order (Fisher–Yates), the same for the same key and step.
    let internal shuffle (key: uint64) (step: uint64) (order: int[]) : unit =
        for i in order.Length - 1 .. -1 .. 1 do
            let struct (a, b, _, _) = philox key step (uint64 i)
            let word = uint64 a ||| (uint64 b <<< 32)
            // the high half of a 128-bit product: uniform in 0 … i up to one part in 2^64/(i+1)
            let j =
                int (Math.BigMul(word, uint64 (i + 1)) |> fun (product: UInt128) -> product >>> 64)

            let swapped = order[i]
            order[i] <- order[j]
            order[j] <- swapped

    /// A random permutation of 0 … n-1, the same for the same key and step.
    let permutation (key: uint64) (step: uint64) (n: int) : int[] =
        let order = Array.init n id
        shuffle key step order
        order
