namespace Hybrid.Testing

open System
open Hybrid.Core

/// Laws of the reader that bounds.
module EnclosureLaws =
    /// The radii of boxes around a case: from a single number, through rounding errors, to everything.
    let private radii = [ 0.0; 1e-16; 1e-14; 1e-9; 1e-3; 0.1; 1.0; 30.0; infinity ]

    let private share salt count = Random.uniforms (uint64 salt) 1UL count

    let private box salt radius (values: float[]) : Interval[] =
        let below, above = share salt values.Length, share (salt + 1) values.Length
        // for some, an infinite radius on one side only
        let reach u = if u = 0.0 then 0.0 else radius * u

        Array.map3
            (fun x below above ->
                {
                    Lower =
                        x
                        - (if radius = infinity && below < 0.3 then
                               1.0
                           else
                               reach below)
                    Upper =
                        x
                        + (if radius = infinity && above < 0.3 then
                               1.0
                           else
                               reach above)
                })
            values
            below
            above

    /// A point of a box: a corner, or anywhere inside; far out, but finite, where a bound is infinite.
    let private point salt (boxes: Interval[]) : float[] =
        Array.map2
            (fun box u ->
                let lower, upper = max -1e3 box.Lower, min 1e3 box.Upper

                if u < 0.2 then
                    lower
                elif u > 0.8 then
                    upper
                else
                    min upper (max lower (lower + (upper - lower) * (u - 0.2) / 0.6)))
            boxes
            (share salt boxes.Length)

    /// Random draws are bounded by all that could be drawn.
    let private draws (output: Tensor) =
        Graph.order [ output ]
        |> Array.exists (fun tensor ->
            match tensor.Node with
            | Apply({ Kernel = Kernel.Uniform _ }, _) -> true
            | _ -> false)

    /// For boxes around a case and points in them, every value is within its bounds. Where the boxes extend outside a domain
    /// there are no bounds, but around a single number that has a value there are, unless other draws would have none.
    let sound: Law =
        let complaints row case =
            let trace = Trace.ofCase row case
            let draws = draws trace.Output

            [
                for salt, radius in List.indexed radii do
                    let boxes =
                        trace.Values
                        |> List.mapi (fun i (name, values) -> name, box (100 * salt + 10 * i) radius values)

                    let bounds = Enclosure.evaluate boxes [ trace.Output ] |> List.exactlyOne

                    for attempt in 1..4 do
                        let inputs =
                            boxes
                            |> List.mapi (fun i (name, box) -> name, point (7000 + 10 * attempt + i) box)

                        let values = Reference.evaluate inputs [ trace.Output ] |> List.exactlyOne

                        for i in 0 .. values.Length - 1 do
                            // where the function has no value, there is nothing to bound
                            let isOutside =
                                if Interval.isDefined bounds[i] then
                                    not (Interval.contains values[i] bounds[i])
                                else
                                    radius = 0.0 && not draws

                            if not (Double.IsNaN values[i]) && isOutside then
                                $"radius {radius}: [{i}] = {values[i]:R} is outside {bounds[i].Lower:R} … {bounds[i].Upper:R}"
            ]

        {
            Name = "every value is within its bounds"
            Complaints = complaints
        }
