namespace Hybrid.Verification

open Hybrid.Core

/// Primitives of which nothing but bounds of their results are known: constants as lines.
module internal Enclosed =
    /// The images of operands, and how far computed results may be from the exact ones.
    let private bounds arithmetic (primitive: Primitive) (operands: Interval[] list) : Interval[] * float[] =
        let images = primitive.Enclosure operands

        match arithmetic with
        | Arithmetic.Real -> images, Array.zeroCreate images.Length
        | Arithmetic.Float32 ->
            images,
            RoundedRules.own primitive operands 0.0 images
            |> Array.map2
                (fun image (struct (off, _)) ->
                    if RoundingRule.magnitude image < RoundingRule.overflow && off >= 0.0 then
                        off
                    else
                        infinity)
                images

    /// <summary>A primitive as a function of all its operands, one after the other.</summary>
    /// <param name="arithmetic">What it is computed in.</param>
    /// <param name="primitive">Its enclosure is used, and its rounding.</param>
    /// <param name="sizes">The operands' sizes.</param>
    /// <param name="size">The number of results. Zeros follow them if they are fewer than the operands' numbers; and the arguments,
    /// if those are fewer.</param>
    let create arithmetic (primitive: Primitive) (sizes: int list) (size: int) : Joint =
        let most = max size (List.sum sizes)

        let split (values: 'value[]) =
            List.scan (+) 0 sizes
            |> List.pairwise
            |> List.map (fun (first, next) -> values[first .. next - 1])

        let padded (none: 'value) (values: 'value[]) =
            Array.append values (Array.create (most - size) none)

        {
            Values = split >> primitive.Reference >> padded 0.0
            Around =
                fun arguments ->
                    primitive.Enclosure(split arguments)
                    |> padded (Interval.exactly 0.0)
                    |> Array.map (fun image -> struct (image, Relaxation.constant image.Lower image.Upper))
            Off = fun arguments -> bounds arithmetic primitive (split arguments) |> snd |> padded 0.0
            Slopes = None
        }

    /// The results for constants.
    let constant arithmetic (primitive: Primitive) (operands: Affine list) : Affine =
        let exact = operands |> List.choose Affine.exactly

        let images, off =
            if primitive.Rounding.IsMoves && exact.Length = operands.Length then
                let values = primitive.Reference exact
                Array.map Interval.exactly values, Array.zeroCreate values.Length
            else
                operands
                |> List.map (fun x ->
                    Array.map2
                        (fun value noise -> Interval.outward (value - noise) (value + noise))
                        x.Constant
                        x.Noise)
                |> bounds arithmetic primitive

        let middle = images |> Array.map (fun x -> 0.5 * (x.Lower + x.Upper))

        let noise =
            Array.map3
                (fun (image: Interval) middle off ->
                    off
                    + max (image.Upper - middle) (middle - image.Lower)
                    + (if image.Upper = image.Lower then
                           0.0
                       else
                           2.0 * Affine.Ulp * abs middle))
                images
                middle
                off

        Affine.constant middle noise
