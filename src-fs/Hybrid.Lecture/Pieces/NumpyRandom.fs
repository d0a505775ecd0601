namespace Hybrid.Lecture

/// <summary>The numbers that numpy's random.seed(s) and random.randn give, to the bit: published experiments were
/// drawn from them.</summary>
/// <remarks>Matsumoto and Nishimura, "Mersenne twister: a 623-dimensionally equidistributed uniform pseudo-random number
/// generator" (1998); Marsaglia's polar method for normal numbers.</remarks>
[<Sealed>]
type internal NumpyRandom(seed: uint32) =
    let length, middle = 624, 397

    let words =
        let next (word: uint32) i =
            1812433253u * (word ^^^ (word >>> 30)) + uint32 i

        Seq.scan next seed (seq { 1 .. length - 1 }) |> Array.ofSeq

    let mutable next = length
    let mutable spare: float option = None

    let twist () =
        for i in 0 .. length - 1 do
            let joined =
                (words[i] &&& 0x80000000u) ||| (words[(i + 1) % length] &&& 0x7FFFFFFFu)

            let odd = if joined &&& 1u = 1u then 0x9908B0DFu else 0u
            words[i] <- words[(i + middle) % length] ^^^ (joined >>> 1) ^^^ odd

        next <- 0

    let word () =
        if next = length then
            twist ()

        let y = words[next]
        next <- next + 1
        let y = y ^^^ (y >>> 11)
        let y = y ^^^ ((y <<< 7) &&& 0x9D2C5680u)
        let y = y ^^^ ((y <<< 15) &&& 0xEFC60000u)
        y ^^^ (y >>> 18)

    /// Uniform in [0, 1), with 53 bits.
    let uniform () =
        let high = float (word () >>> 5)
        let low = float (word () >>> 6)
        (high * 67108864.0 + low) / 9007199254740992.0

    /// A point in the unit disc gives two numbers: the second comes first.
    let rec polar () =
        let x = 2.0 * uniform () - 1.0
        let y = 2.0 * uniform () - 1.0
        let square = x * x + y * y

        if square >= 1.0 || square = 0.0 then
            polar ()
        else
            let factor = sqrt (-2.0 * log square / square)
            spare <- Some(factor * x)
            factor * y

    /// The next standard normal number.
    member _.Normal() : float =
        match spare with
        | Some number ->
            spare <- None
            number
        | None -> polar ()

    /// The next n of them.
    member this.Normals(n: int) : float[] = Array.init n (fun _ -> this.Normal())
