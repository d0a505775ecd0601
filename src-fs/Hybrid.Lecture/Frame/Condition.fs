namespace Hybrid.Lecture

/// How a measured number has to stand to its limit.
type Relation =
    | AtLeast
    | AtMost
    | Above
    | Below
    | Exactly

/// <summary>One thing that a claim says, as a measured number and the limit that decides about it.</summary>
type Condition =
    {
        /// In the slide's own sense, such as "tanh takes more epochs than ReLU".
        Says: string
        Measured: float
        Relation: Relation
        Limit: float
        /// Why this limit: what would contradict the slide's words, not what was measured before.
        Reason: string
    }

    /// Whether the number is as it has to be; a number that is not one never is.
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

    /// <summary>The number has to be the limit or more.</summary>
    /// <param name="says">What the claim says.</param>
    /// <param name="measured">The number.</param>
    /// <param name="limit">In the same unit.</param>
    /// <param name="reason">Why this limit.</param>
    let atLeast (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create AtLeast says measured limit reason

    /// The number has to be the limit or less; as atLeast.
    let atMost (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create AtMost says measured limit reason

    /// The number has to be more than the limit; as atLeast.
    let above (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create Above says measured limit reason

    /// The number has to be less than the limit; as atLeast.
    let below (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create Below says measured limit reason

    /// The number has to be the limit, to the bit; as atLeast.
    let exactly (says: string) (measured: float) (limit: float) (reason: string) : Condition =
        create Exactly says measured limit reason

    /// <summary>Something that may never happen: how often it did has to be 0.</summary>
    let never (says: string) (count: int) (reason: string) : Condition = exactly says (float count) 0.0 reason

    /// <summary>That one thing is better than another, by pairs of runs that share all but that: the chance that a fair coin would
    /// show as many differences of the right sign has to be one in twenty at most.</summary>
    /// <param name="says">What the claim says.</param>
    /// <param name="differences">A pair each, above 0 where it speaks for the claim.</param>
    let better (says: string) (differences: float list) : Condition =
        atMost
            says
            (Statistics.signTest differences)
            0.05
            "one-sided sign test over seeds: a fair coin would do as well one time in twenty"

    /// For people: at least 0.5.
    let limit (condition: Condition) : string =
        let words =
            match condition.Relation with
            | AtLeast -> "at least"
            | AtMost -> "at most"
            | Above -> "above"
            | Below -> "below"
            | Exactly -> "exactly"

        $"{words} {condition.Limit:G4}"
