namespace Hybrid.Certification

open Hybrid.Figures

/// Pictures of what is certified.
module CertifiedFigure =
    let private points = 200

    /// <summary>The share of rows whose class is proved to stay, and of those for which no attack was found, over the multiple of
    /// the radii.</summary>
    /// <param name="title">Above the picture.</param>
    /// <param name="axis">What a multiple of 1 means.</param>
    /// <param name="margins">Of all rows.</param>
    let ofMargins (title: string) (axis: string) (margins: Margin[]) : Figure =
        let ends =
            margins
            |> Array.collect (fun margin -> [| margin.Proved; margin.Attacked |])
            |> Array.filter (fun x -> x > 0.0 && x < infinity)
            |> Array.sort

        // what few rows reach would squeeze all the others
        let most =
            if ends.Length = 0 then
                1.0
            else
                1.1 * ends[int (0.98 * float (ends.Length - 1))]

        let multiples = Array.init points (fun i -> most * float i / float (points - 1))
        let struct (proved, missed) = Margins.shares margins multiples
        let percent = Array.map (fun share -> 100.0 * share)

        Chart.create
            title
            (Axis.linear axis |> Axis.within 0.0 most)
            (Axis.linear "rows" |> Axis.inUnit "%" |> Axis.within 0.0 100.0)
            [
                Lines.band (Series 0) "not decided" multiples (percent proved) (percent missed)
                Lines.line (Series 1) "not attacked" multiples (percent missed)
                Lines.line (Series 0) "certified" multiples (percent proved)
            ]
        |> Chart.draw
