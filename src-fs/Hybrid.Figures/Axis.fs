namespace Hybrid.Figures

open Hybrid.Core

/// How numbers are spaced on an axis.
[<RequireQualifiedAccess>]
type Scale =
    | Linear
    /// Equal ratios are equally far apart; only positive numbers can be shown.
    | Logarithmic

/// An axis, or the colour scale of a heat map.
type Axis =
    {
        Title: string
        /// Shown after the title in parentheses; empty for none.
        Unit: string
        Scale: Scale
        /// The range shown; None for all data.
        Range: Interval option
        /// Whether its numbers are days since the beginning of 1970, which are shown as dates.
        HasDates: bool
    }

module Axis =
    let private create scale title =
        {
            Title = title
            Unit = ""
            Scale = scale
            Range = None
            HasDates = false
        }

    /// An axis on which equal differences are equally far apart.
    let linear (title: string) : Axis = create Scale.Linear title
    /// An axis on which equal ratios are equally far apart.
    let logarithmic (title: string) : Axis = create Scale.Logarithmic title

    /// An axis of dates, which are days since the beginning of 1970.
    let dates (title: string) : Axis = { linear title with HasDates = true }

    /// The axis with the unit of its numbers, such as "s" or "%".
    let inUnit (unit: string) (axis: Axis) : Axis = { axis with Unit = unit }

    /// The axis with only this range shown.
    let within (lower: float) (upper: float) (axis: Axis) : Axis =
        { axis with
            Range = Some { Lower = lower; Upper = upper }
        }

    /// The title with its unit.
    let heading (axis: Axis) : string =
        if axis.Unit = "" then
            axis.Title
        else
            $"{axis.Title} ({axis.Unit})".TrimStart()
