namespace Hybrid.Verification

open System.Collections.Generic

/// Values of several affine functions as those of one.
module internal Placement =
    /// Values put together, each at its place in the result: nothing is computed. Elsewhere there are zeros.
    let create (size: int) (parts: struct (Affine * int[]) list) : Affine =
        let constant, noise = Array.zeroCreate<float> size, Array.zeroCreate<float> size
        let found = SortedDictionary<int, struct (int * float[] * float[])>()

        for struct (part, places) in parts do
            places
            |> Array.iteri (fun i at ->
                constant[at] <- part.Constant[i]
                noise[at] <- part.Noise[i])

            for term in part.Terms do
                if not (found.ContainsKey term.Block) then
                    found[term.Block] <-
                        struct (term.Width,
                                Array.zeroCreate<float>(size * term.Width),
                                Array.zeroCreate<float>(size * term.Width))

                let struct (width, factors, noises) = found[term.Block]

                places
                |> Array.iteri (fun i at ->
                    match term.Rows with
                    | Rows.Picked variables -> factors[at * width + variables[i]] <- 1.0
                    | Rows.Dense(own, ownNoise) ->
                        System.Array.Copy(own, i * width, factors, at * width, width)
                        System.Array.Copy(ownNoise, i * width, noises, at * width, width))

        {
            Size = size
            Terms =
                [
                    for pair in found do
                        let struct (width, factors, noises) = pair.Value

                        {
                            Block = pair.Key
                            Width = width
                            Rows = Rows.Dense(factors, noises)
                        }
                ]
            Constant = constant
            Noise = noise
        }
