namespace Hybrid.Explanation

open Hybrid.Figures

/// Pictures of how answers depend on columns.
module DependenceFigure =
    /// More curves would hide each other.
    let private mostCurves = 60

    /// The partial dependence, over the curves of some of the examples, evenly chosen.
    let draw (dependence: Dependence) : Figure =
        let count = dependence.Curves.Length
        let shown = min mostCurves count

        let axis =
            match dependence.Categories with
            | None -> dependence.Column
            | Some names ->
                let listed = names |> Array.truncate 12 |> Array.mapi (fun i name -> $"{i} {name}")

                let more = if names.Length > 12 then ", …" else ""
                $"""{dependence.Column}: {String.concat ", " listed}{more}"""

        Chart.create
            $"{dependence.Output} by {dependence.Column}"
            (if dependence.HasDates then
                 Axis.dates axis
             else
                 Axis.linear axis)
            (Axis.linear dependence.Output)
            [
                for i in 0 .. shown - 1 do
                    Lines.line
                        Muted
                        (if i = 0 then "single rows" else "")
                        dependence.Values
                        dependence.Curves[i * count / shown]

                Lines.line (Series 0) "mean" dependence.Values dependence.Mean
            ]
        |> Chart.draw
