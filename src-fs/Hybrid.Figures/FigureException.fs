namespace Hybrid.Figures

open Hybrid.Core

/// <summary>There is nothing to draw, or the data is inconsistent. The message begins with the part of the figure.</summary>
[<Sealed>]
type FigureException(part: string, message: string) =
    inherit HybridException($"{part}: {message}")
    /// The part that could not be drawn, such as the chart with its title.
    member _.Part = part
