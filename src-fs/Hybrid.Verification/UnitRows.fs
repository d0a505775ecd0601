namespace Hybrid.Verification

/// The lines and multipliers of open units in rows of an Ascent.
[<Sealed>]
type internal UnitRows(padded: Padded, bounds: Bounds, units: OpenUnit[]) =
    let boxes, descent, ascent = bounds.Boxes, bounds.Descent, bounds.Ascent

    let place row (unit: OpenUnit) =
        row * boxes.Blocks[unit.Block].Width + unit.Index

    /// What a row has for each unit, by block, where its sign is not given.
    let ofOpen row (signs: sbyte[]) (rows: float32[][]) (target: float32[]) =
        for u in 0 .. units.Length - 1 do
            target[u] <-
                if signs[u] <> 0y then
                    0f
                else
                    rows[units[u].Block][place row units[u]]

    /// Gives a row the lines and multipliers of a node, in a box around it.
    member _.Load(row: int, box: int, signs: sbyte[], dual: float32[]) : unit =
        ascent.Begin(row, box)

        for u in 0 .. units.Length - 1 do
            let unit = units[u]
            let at = place row unit

            if signs[u] <> 0y then
                let slope = if signs[u] > 0y then 1f else 0f
                descent.OwnSlopes[unit.Block][at] <- slope
                descent.UpperSlopes[unit.Block][at] <- slope
                descent.UpperShifts[unit.Block][at] <- 0f
                descent.Multipliers[unit.Block][at] <- dual[u]
            elif descent.UpperShifts[unit.Block][at] > 0f then
                descent.OwnSlopes[unit.Block][at] <- dual[u]

    /// Keeps the lines and multipliers of a row.
    member _.Store(row: int, signs: sbyte[], dual: float32[]) : unit =
        for u in 0 .. units.Length - 1 do
            let unit = units[u]

            let from =
                if signs[u] = 0y then
                    descent.OwnSlopes
                else
                    descent.Multipliers

            dual[u] <- from[unit.Block][place row unit]

    /// What the lines of each unit cost a row at most: Bunel et al., "Branch and bound for piecewise linear neural network verification"
    /// (2020), section 5.
    member _.Score(row: int, signs: sbyte[], scores: float32[]) : unit =
        for u in 0 .. units.Length - 1 do
            let unit = units[u]

            scores[u] <-
                let at = place row unit
                let shift = descent.UpperShifts[unit.Block][at]

                // the sign is given, or known
                if signs[u] <> 0y || shift = 0f then
                    0f
                else
                    let factor = descent.Before[unit.Block][at]
                    let slope = descent.UpperSlopes[unit.Block][at]
                    let bias = padded.Layers[unit.Block - 1].Constants[unit.Index] * factor
                    let ofBias = max (bias * (slope - 1f)) (bias * slope)
                    abs (ofBias + min factor 0f * shift)

    /// What the lines of each unit cost a row where its bound is least.
    member _.Gap(row: int, signs: sbyte[], gaps: float32[]) : unit = ofOpen row signs ascent.Gaps gaps

    /// How far the lines of each unit are apart.
    member _.Shift(row: int, signs: sbyte[], shifts: float32[]) : unit =
        ofOpen row signs descent.UpperShifts shifts

    /// The factor of a unit's value, where it is known after a bound.
    member _.Factor(row: int, unit: int) : float32 =
        descent.Before[units[unit].Block][place row units[unit]]
