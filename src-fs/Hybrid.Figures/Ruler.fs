namespace Hybrid.Figures

open System
open Hybrid.Core

/// The numbers that a mark needs to show on an axis.
type Reach =
    {
        /// Some space is left beyond these.
        Loose: float[]
        /// The axis may end at these.
        Tight: float[]
    }

/// An axis with its two ends, which are exponents of 10 on a logarithmic axis.
type Ruler = { Axis: Axis; From: float; To: float }

module Ruler =
    /// Beyond these, differences and steps could exceed the range of float64.
    let private least, largest = 1e-290, 1e300

    /// The position of a number between the ends, before scaling; NaN if it cannot be shown.
    let private transform (axis: Axis) (x: float) =
        match axis.Scale with
        | Scale.Linear when Math.Abs x <= largest -> x
        | Scale.Logarithmic when x >= least && x <= largest -> Math.Log10 x
        | _ -> nan

    /// The position of a number, 0 at the lower and 1 at the upper end; NaN if it cannot be shown on the axis.
    let place (ruler: Ruler) (x: float) : float =
        (transform ruler.Axis x - ruler.From) / (ruler.To - ruler.From)

    /// Moves ends that are too close to distinguish away from each other.
    let private apart (scale: Scale) (from: float, ``to``: float) =
        let size = max (Math.Abs from) (Math.Abs ``to``)

        match scale with
        | Scale.Linear when ``to`` - from < max (1e-9 * size) least ->
            let room = if size < 1e-280 then 1.0 else 0.1 * size
            from - room, ``to`` + room
        | Scale.Logarithmic when ``to`` - from < 1e-6 -> from - 0.5, ``to`` + 0.5
        | _ -> from, ``to``

    let private given (axis: Axis) (range: Interval) =
        let from, ``to`` = transform axis range.Lower, transform axis range.Upper

        if not (from < ``to``) then
            let rule =
                match axis.Scale with
                | Scale.Linear -> "two finite numbers, the smaller one first"
                | Scale.Logarithmic -> "two positive finite numbers, the smaller one first"

            raise (
                FigureException(
                    $"axis {Printable.quote axis.Title}",
                    $"the range from {range.Lower} to {range.Upper} cannot be shown. Give {rule}."
                )
            )

        from, ``to``

    let private bounds (axis: Axis) (numbers: float[] seq) =
        let mutable first, last = infinity, -infinity

        for values in numbers do
            for x in values do
                let x = transform axis x

                if x < first then
                    first <- x

                if x > last then
                    last <- x

        first, last

    /// The minimum and maximum to show, with some space beyond those that are not tight.
    let private around (axis: Axis) (reaches: Reach list) =
        let loose = bounds axis (reaches |> Seq.map _.Loose)
        let tight = bounds axis (reaches |> Seq.map _.Tight)

        let from, ``to`` =
            apart axis.Scale (min (fst loose) (fst tight), max (snd loose) (snd tight))

        let room = 0.04 * (``to`` - from)

        (if fst loose <= fst tight then from - room else from),
        (if snd loose >= snd tight then ``to`` + room else ``to``)

    /// <summary>The axis for all of these; None if no number is finite (and positive, on a logarithmic axis).</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">The axis's own range cannot be shown.</exception>
    let create (axis: Axis) (reaches: Reach list) : Ruler option =
        let seen =
            bounds axis (reaches |> Seq.collect (fun reach -> [ reach.Loose; reach.Tight ]))

        if fst seen > snd seen then
            None
        else
            let from, ``to`` =
                match axis.Range with
                | Some range -> apart axis.Scale (given axis range)
                | None -> around axis reaches

            Some
                {
                    Axis = axis
                    From = from
                    To = ``to``
                }
