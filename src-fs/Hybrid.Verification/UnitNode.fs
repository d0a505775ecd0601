namespace Hybrid.Verification

/// A unit that may be active or not on the region: the sign of its argument is not known.
[<Struct; NoComparison; NoEquality>]
type internal OpenUnit =
    {
        /// Its block, and its number in it.
        Block: int
        Index: int
    }

/// <summary>The part of a region where the arguments of some units have given signs, and one violation is not refuted
/// yet.</summary>
[<NoComparison; NoEquality>]
type internal UnitNode =
    {
        Violation: int
        /// The open units that were split, the last one first.
        Path: int list
        /// Bounds of all arguments that hold there: of a node above, or the region's.
        Kept: float32[]
        /// The inputs where the violation's closest condition may hold; null for all.
        Within: HalfSpace
        /// By open unit: 1 where its argument is at least 0, -1 where it is at most 0, and 0 where it may have any sign.
        Signs: sbyte[]
        /// By condition of the violation and open unit: the lower slope, or the multiplier where the sign is given.
        Duals: float32[][]
        /// The greatest lower bound of the conditions.
        Bound: float
        /// The condition that has it, by its place in the violation.
        Closest: int
        /// Open units that may be split next, the most promising first.
        Candidates: int[]
        /// The share of the region that it is, by splits.
        Share: float
    }

module internal UnitNode =
    /// The open units of a box whose bounds are computed.
    let openUnits (padded: Padded) (boxes: BoxBounds) (box: int) : OpenUnit[] =
        [|
            for k in 1 .. padded.Layers.Length do
                let bounds = boxes.Blocks[k]

                if padded.Layers[k - 1].Curve = Curve.Relu then
                    for i in 0 .. bounds.Rows - 1 do
                        if bounds.UpperShift[box * bounds.Width + i] > 0f then
                            { Block = k; Index = i }
        |]

    /// <summary>A whole region.</summary>
    /// <param name="violation">The violation to refute.</param>
    /// <param name="kept">Bounds of all arguments.</param>
    /// <param name="slopes">By condition and open unit.</param>
    /// <param name="share">Its share.</param>
    let root (violation: int) (kept: float32[]) (slopes: float32[][]) (share: float) : UnitNode =
        {
            Violation = violation
            Path = []
            Kept = kept
            Within = null
            Signs = slopes[0] |> Array.map (fun _ -> 0y)
            Duals = slopes
            Bound = -infinity
            Closest = 0
            Candidates = [||]
            Share = share
        }

    /// The memory of the nodes of a search, in bytes.
    let private mostMemory = 1e9

    /// How many nodes a search may keep, by the numbers of arguments, open units and conditions.
    let most (arguments: int) (units: int) (conditions: int) : float =
        mostMemory / float (200 + 8 * arguments + units * (4 * conditions + 1))

    /// <summary>A node with the sign of one more unit.</summary>
    /// <param name="unit">The open unit.</param>
    /// <param name="sign">1 or -1.</param>
    /// <param name="factors">By condition, the factor of the unit's value: where it is positive, multipliers keep the node's bound at
    /// least. With 0, they are 0.</param>
    /// <param name="node">The node to split.</param>
    let withSign (unit: int) (sign: sbyte) (factors: float32[]) (node: UnitNode) : UnitNode =
        let withMultiplier (factor: float32) (duals: float32[]) =
            let slope = if sign > 0y then duals[unit] - 1f else duals[unit]
            Array.updateAt unit (max 0f factor * slope) duals

        { node with
            Path = unit :: node.Path
            Signs = Array.updateAt unit sign node.Signs
            Duals = Array.map2 withMultiplier factors node.Duals
            Share = 0.5 * node.Share
        }
