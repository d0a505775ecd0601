namespace Hybrid.Testing

open System
open Hybrid.Core

/// Laws of the reader that bounds float32 results, and of the rules that it uses.
module RoundingLaws =
    let private share salt count = Random.uniforms (uint64 salt) 3UL count

    let private isKnown (output: Tensor) =
        Graph.order [ output ]
        |> Array.forall (fun x ->
            match x.Node with
            | Apply({ Rounding = RoundingRule.Unknown }, _)
            | Apply({ Continuity = Continuity.Unknown }, _) -> false
            | _ -> true)

    let private single (x: float) = float (float32 x)

    /// Numbers around those of a case, on a scale, all float32.
    let private box salt scale radius (values: float[]) : Interval[] =
        Array.map2
            (fun x u ->
                let centre = single (scale * x)

                {
                    Lower = single (centre - scale * radius * u)
                    Upper = single (centre + scale * radius * (1.0 - u))
                })
            values
            (share salt values.Length)

    let private point salt (boxes: Interval[]) : float[] =
        Array.map2
            (fun box u -> Math.Clamp(single (box.Lower + (box.Upper - box.Lower) * u), box.Lower, box.Upper))
            boxes
            (share salt boxes.Length)

    let private outside (what: string) (bounds: RoundedBounds) (exact: float[]) (computed: float[]) =
        [
            for i in 0 .. exact.Length - 1 do
                let error = bounds.Error[i]
                let off = abs (computed[i] - exact[i])

                // the exact value is computed in double precision
                let slack = if error > 0.0 then 1e-14 * abs exact[i] else 0.0

                if not (Double.IsNaN exact[i] || error = infinity || off <= error + slack) then
                    $"{what}: [{i}] = {computed[i]:R} is off by {off:E3} from {exact[i]:R}, but {error:E3} is allowed"

                if
                    not (
                        Double.IsNaN exact[i]
                        || error = infinity
                        || Interval.contains
                            computed[i]
                            (Interval.add bounds.Computed[i] { Lower = -slack; Upper = slack })
                    )
                then
                    $"{what}: [{i}] = {computed[i]:R} is outside {bounds.Computed[i].Lower:R} … {bounds.Computed[i].Upper:R}"
        ]

    /// Complaints about float32 results of a graph in boxes of inputs, in every order of summation and on several engines.
    let complaints (engines: Engine list) (salt: int) (boxes: (string * Interval[]) list) (output: Tensor) =
        let bounds = Rounding.evaluate boxes [ output ] |> List.exactlyOne

        [
            for attempt in 1..2 do
                let inputs =
                    boxes
                    |> List.mapi (fun i (name, box) -> name, point (salt + 10 * attempt + i) box)

                let exact = Reference.evaluate inputs [ output ] |> List.exactlyOne

                for name, total in Summation.orders do
                    yield! outside name bounds exact (Summation.evaluate total inputs output)

                for engine in engines do
                    let given =
                        inputs |> List.map (fun (name, values) -> name, Array.map float32 values)

                    yield!
                        Eager.evaluate engine given [ output ]
                        |> List.exactlyOne
                        |> Array.map float
                        |> outside engine.Name bounds exact
        ]

    let private at (values: float list) : Interval[] =
        values |> List.map Interval.exactly |> Array.ofList

    /// <summary>Graphs at the limits of float32: their inputs, the output, and whether a number overflows on the way to
    /// it.</summary>
    let extremes: (string * ((string * Interval[]) list * Tensor * bool)) list =
        let x count = Tensor.input "x" [ 1; count ]
        let max = float Single.MaxValue
        let signs = [ 1.0; 1.0; 1.0; 1.0; 1.0; -1.0; -1.0; -1.0; -1.0; -1.0 ]
        let scaled factor = signs |> List.map ((*) (single factor))

        let column factor =
            Tensor.constant [ 10; 1 ] (Array.ofList (scaled factor))

        let ones = List.replicate 10 1.0

        [
            "partial sums overflow", ([ "x", at (scaled (max / 4.0)) ], Tensor.sum 1 (x 10), true)
            "partial sums nearly overflow", ([ "x", at (scaled (max / 21.0)) ], Tensor.sum 1 (x 10), false)
            "products overflow, their sum is 0",
            ([ "x", at (List.replicate 10 1e20) ], x 10 *@ column 1e20, true)
            "products are large, their sum is 0",
            ([ "x", at (List.replicate 10 1e18) ], x 10 *@ column 1e19, false)
            "integers overflow, their sum is 0",
            ([ "x", at ones ], Tensor.step (x 10) *@ column (2.0 ** 126.0), true)
            "integers are large, their sum is 0",
            ([ "x", at ones ], Tensor.step (x 10) *@ column (2.0 ** 123.0), false)
            "a bias makes it overflow",
            ([ "x", at [ 1.0 ] ],
             (x 1 *@ Tensor.constant [ 1; 1 ] [| -(2.0 ** 126.0) |] + 2.0 ** 127.0)
             - 2.0 ** 126.0,
             true)
            "a product overflows, and is multiplied by 0", ([ "x", at [ 1e20 ] ], 0.0 * (x 1 * x 1), true)
            "a product nearly overflows", ([ "x", at [ single 1e19 ] ], x 1 * x 1 - 1e38, false)
            "a power overflows, and is multiplied by 0", ([ "x", at [ 100.0 ] ], 0.0 * Tensor.exp (x 1), true)
            "products vanish", ([ "x", at (scaled (single 1e-30)) ], x 10 *@ column 1e-30, false)
            "subnormal numbers are added", ([ "x", at (scaled (single 3e-39)) ], Tensor.sum 1 (x 10), false)
            "a subnormal number is multiplied again",
            ([ "x", at [ single 1e-20 ] ], 1e30 * (1e-20 * x 1), false)
        ]

    let private engine = ReferenceKernels.Engine

    /// Scales and radii of boxes: from points to wide boxes, and numbers whose products overflow.
    let private extents = [ 1.0, 0.0; 1.0, 1e-4; 1.0, 1.0; 1e25, 0.0 ]

    /// Float32 results are within their bounds, on any engine and in any order of summation.
    let within: Law =
        {
            Name = "float32 results are within their bounds"
            Complaints =
                fun row case ->
                    let trace = Trace.ofCase row case

                    if isKnown trace.Output then
                        [
                            for salt, (scale, radius) in List.indexed extents do
                                let boxes =
                                    trace.Values
                                    |> List.mapi (fun i (name, values) ->
                                        name, box (1000 * salt + i) scale radius values)

                                yield! complaints [ engine ] (100 * salt) boxes trace.Output
                        ]
                    else
                        []
        }

    /// The derivative of an elementary function is within the bounds that its rounding rule gives: difference quotients are,
    /// since they equal derivatives somewhere in between.
    let slopes: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let nodes = Graph.order [ trace.Output ] |> List.ofArray
            let values = Reference.evaluate trace.Values nodes
            let valueOf = List.zip nodes values |> readOnlyDict

            [
                for x in nodes do
                    match x.Node with
                    | Apply({
                                Rounding = RoundingRule.Elementary derivative
                            } as primitive,
                            [ operand ]) ->
                        for step in [ 1e-3; 0.5; 4.0 ] do
                            let centre = valueOf[operand]

                            let before, after =
                                centre |> Array.map (fun z -> z - step),
                                centre |> Array.map (fun z -> z + step)

                            let low, high = primitive.Reference [ before ], primitive.Reference [ after ]

                            for i in 0 .. centre.Length - 1 do
                                let quotient = (high[i] - low[i]) / (after[i] - before[i])
                                let slope = derivative { Lower = before[i]; Upper = after[i] }
                                let noise = 1e-15 * (1.0 + abs low[i] + abs high[i]) / step

                                if
                                    not (
                                        Double.IsNaN quotient
                                        || slope.Lower - noise <= quotient && quotient <= slope.Upper + noise
                                    )
                                then
                                    $"{primitive.Name}: a slope of {quotient:R} at {centre[i]:R} ± {step} is outside {slope.Lower:R} … {slope.Upper:R}"
                    | _ -> ()
            ]

        {
            Name = "slopes of elementary functions are within their bounds"
            Complaints = complaints
        }
