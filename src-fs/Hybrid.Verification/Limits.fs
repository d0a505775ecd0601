namespace Hybrid.Verification

/// How far a search may go.
[<NoComparison; NoEquality>]
type Limits =
    {
        /// The maximum number of boxes.
        Boxes: int64
        /// Whether to stop; called now and then.
        Stop: unit -> bool
        /// The number of threads; the answer does not depend on it.
        Threads: int
        /// The number of boxes that wait best first; beyond it, the search goes depth first.
        Waiting: int
        /// Whether candidates for violations are searched for.
        Attack: bool
    }

/// How a search of a region ended.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Outcome =
    /// Every violation is refuted on the whole box.
    | Refuted
    /// A violation is proved at this point.
    | Violated of float32[]
    /// Boxes that cannot be split remain.
    | Undecided
    /// The limits were reached.
    | Stopped
