namespace Hybrid.Core

/// <summary>Whether a primitive is smooth, and where it is not: needed for proofs over an interval and for difference
/// quotients.</summary>
/// <remarks>Distances are signed and computed from the operands' values: where one is 0 or changes sign, there is a kink or a
/// jump. A record that claims more smoothness than the function has makes certificates false; Hybrid.Testing checks the
/// claim.</remarks>
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Continuity =
    /// Differentiable as often as needed, wherever it has a value.
    | Smooth
    /// Continuous; the derivative jumps where a distance is 0.
    | Kinked of distances: (float[] list -> float[])
    /// Piecewise constant: the value jumps where a distance is 0.
    | Steps of distances: (float[] list -> float[])
    /// One of the other operands, unchanged; the first operand, the distance, selects which.
    | Switches
    /// Smooth in the other operands; the first operand, indices, selects which of their numbers are used, and the value jumps
    /// where a distance, which depends on it alone, is 0.
    | Selects of distances: (float[] list -> float[])
    /// Nothing is known: proofs do not rely on continuity.
    | Unknown

module internal Continuity =
    /// Whether the value does not jump anywhere.
    let isContinuous (continuity: Continuity) : bool =
        match continuity with
        | Continuity.Smooth
        | Continuity.Kinked _ -> true
        | Continuity.Steps _
        | Continuity.Switches
        | Continuity.Selects _
        | Continuity.Unknown -> false

    /// Whether the value stays the same between the jumps.
    let isFlat (continuity: Continuity) : bool =
        match continuity with
        | Continuity.Steps _ -> true
        | _ -> false

    /// Signed distances of operands from the places where the value or its derivative jumps; empty where no such place is known.
    let distances (continuity: Continuity) (operands: float[] list) : float[] =
        match continuity with
        | Continuity.Kinked distances
        | Continuity.Steps distances
        | Continuity.Selects distances -> distances operands
        | Continuity.Switches -> operands.Head
        | Continuity.Smooth
        | Continuity.Unknown -> [||]

    /// The operands that the distances depend on.
    let watched (continuity: Continuity) (operands: 'operand list) : 'operand list =
        match continuity with
        | Continuity.Switches
        | Continuity.Selects _ -> List.truncate 1 operands
        | _ -> operands

    /// The distances of an element-wise function of one operand that is not smooth at 0.
    let internal atZero (operands: float[] list) : float[] = operands.Head

    /// The distances of an element-wise function of two operands that is not smooth where they are equal.
    let internal whereEqual (operands: float[] list) : float[] = Array.map2 (-) operands[0] operands[1]

    /// No such places.
    let internal nowhere (_: float[] list) : float[] = [||]
