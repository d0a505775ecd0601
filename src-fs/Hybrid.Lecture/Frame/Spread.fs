namespace Hybrid.Lecture

open Hybrid.Figures

/// Runs from several seeds as a curve: the median with the interquartile range.
module internal Spread =
    /// The quantile of a share, interpolated linearly.
    let quantile (share: float) (values: float list) : float =
        let sorted = values |> List.sort |> Array.ofList
        let place = share * float (sorted.Length - 1)
        let low = int (floor place)
        let high = min (low + 1) (sorted.Length - 1)
        sorted[low] + (place - float low) * (sorted[high] - sorted[low])

    let private create
        line
        (colour: Colour)
        (name: string)
        (xs: float list)
        (runs: float list list)
        : Mark list =
        let xs = Array.ofList xs

        let at share =
            runs |> List.map (quantile share) |> Array.ofList

        [
            Lines.band colour "" xs (at 0.25) (at 0.75)
            line colour name xs (at 0.5)
            Scatter.points colour "" xs (at 0.5)
        ]

    /// <summary>The curve of medians with a point at each, and the band of the interquartile range.</summary>
    /// <param name="colour">Of all three.</param>
    /// <param name="name">In the legend.</param>
    /// <param name="xs">In the unit of the horizontal axis, ascending.</param>
    /// <param name="runs">The numbers of the runs, for each x.</param>
    let curve (colour: Colour) (name: string) (xs: float list) (runs: float list list) : Mark list =
        create Lines.line colour name xs runs

    /// The same in dashes, for a curve drawn over others.
    let dashed (colour: Colour) (name: string) (xs: float list) (runs: float list list) : Mark list =
        create Lines.dashed colour name xs runs

    /// <summary>Every run as a point above its size.</summary>
    /// <param name="sizes">In the unit of the horizontal axis.</param>
    /// <param name="runs">The numbers of the runs, for each size.</param>
    let strips (sizes: int list) (runs: float list list) : Mark list =
        let strip size (values: float list) =
            Scatter.points (Series 0) "" (Array.create values.Length (float size)) (Array.ofList values)

        List.map2 strip sizes runs
