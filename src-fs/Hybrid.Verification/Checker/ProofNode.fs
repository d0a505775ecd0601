namespace Hybrid.Verification

/// <summary>One condition of a violation, for a box: that it is positive there, so the violation does not happen; or where in the
/// box it may not be, so the rest can be cut off.</summary>
[<NoComparison; NoEquality>]
type internal Claim =
    {
        Violation: int
        /// The condition's number in the violation.
        Condition: int
        IsCut: bool
        /// Lower slopes of ReLUs, by unit, where they are not 0 or 1 by the usual rule.
        Slopes: struct (int * float32)[]
        /// Multipliers of arguments of known sign, by unit.
        Multipliers: struct (int * float32)[]
    }

/// A bound of a unit's argument by slopes and multipliers of its own.
[<NoComparison; NoEquality>]
type internal ArgumentClaim =
    {
        Unit: int
        /// Whether it is bounded from above rather than from below.
        IsUpper: bool
        Slopes: struct (int * float32)[]
        Multipliers: struct (int * float32)[]
    }

/// How what is left of a box is divided.
[<RequireQualifiedAccess; NoComparison>]
type internal Division =
    /// Nothing is left of it.
    | Closed
    /// By an input: up to this number, and from the next one on.
    | Halves of axis: int * last: float
    /// By the sign of a unit's argument: at most 0, and at least 0.
    | Signs of unit: int
    /// Into as many boxes as violations may happen: one for each.
    | Cases

/// <summary>A node of the tree that a proof is: what is claimed on its box, and how what is left is divided. In a proof, a node's
/// parts follow it, the first one with all its parts before the second.</summary>
[<NoComparison; NoEquality>]
type internal ProofNode =
    {
        /// Whether the ranges of arguments are computed backwards too on this box.
        Backward: bool
        /// Bounds of arguments besides, in the order of units.
        Arguments: ArgumentClaim list
        Claims: Claim list
        Division: Division
    }
