namespace Hybrid.Lecture

/// How a measured number must relate to its limit.
type Relation =
    | AtLeast
    | AtMost
    | Above
    | Below
    | Exactly

/// <summary>One statement of a claim, as a measured number and the limit that decides it.</summary>
type Condition =
    {
        /// In the slide's own sense, such as "tanh takes more epochs than ReLU".
        Says: string
        Measured: float
        Relation: Relation
        Limit: float
        /// Why this limit: it follows from the slide's words, not from earlier measurements.
        Reason: string
    }

    /// Whether the number meets its limit; NaN never does.
    member this.Holds =
        match this.Relation with
        | AtLeast -> this.Measured >= this.Limit
        | AtMost -> this.Measured <= this.Limit
        | Above -> this.Measured > this.Limit
        | Below -> this.Measured < this.Limit
        | Exactly -> this.Measured = this.Limit

module Condition =
    let private create relation says measured limit reason : Condition =
        {
            Says = says
            Measured = measured
            Relation = relation
            Limit = limit
            Reason = reason
        }

    /// <summary>The number must be at least the limit.</summary>
    /// <param name="says">What the claim says.</param>
    /// <param name="measured">The number.</param>
    /// <param name="limit">In the same unit.</param>
    /// <param name="reason">Why this limit.</param>
    let atLeast (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create AtLeast says measured limit reason

    /// The number must be at most the limit; as atLeast.
    let atMost (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create AtMost says measured limit reason

    /// The number must be above the limit; as atLeast.
    let above (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create Above says measured limit reason

    /// The number must be below the limit; as atLeast.
    let below (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create Below says measured limit reason

    /// The number must equal the limit, to the bit; as atLeast.
    let exactly (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create Exactly says measured limit reason

    /// <summary>Something that must never happen: its count must be 0.</summary>
    let never (says: string) (count: int) (reason: string) : Condition = exactly says (float count) 0.0 reason

    /// <summary>One thing is better than another, by pairs of runs that differ only in it: the probability that a fair coin would
    /// show as many differences of the right sign must be at most one in twenty.</summary>
    /// <param name="says">What the claim says.</param>
    /// <param name="differences">One per pair, above 0 if it supports the claim.</param>
    let better (says: string) (differences: float list) : Condition =
        atMost
            says
            (Statistics.signTest differences)
            0.05
            "one-sided sign test over seeds: a fair coin would do as well one time in twenty"

    /// For people, such as: at least 0.5.
    let limit (condition: Condition) : string =
        let words =
            match condition.Relation with
            | AtLeast -> "at least"
            | AtMost -> "at most"
            | Above -> "above"
            | Below -> "below"
            | Exactly -> "exactly"

        $"{words} {condition.Limit:G4}"
