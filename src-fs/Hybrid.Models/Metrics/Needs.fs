namespace Hybrid.Models

open System

/// What a metric needs to know of outcomes. Sums are all that is kept of any number of examples; orders and outcomes are kept of each.
[<Flags>]
type Needs =
    /// The weight of the examples by true class and decided class, or the sums of errors.
    | Sums = 1
    /// Sums of what probabilities say of the true class.
    | Probabilities = 2
    /// The weight of the examples by the number of classes that are likelier than the true one.
    | Ranks = 4
    /// Of each example the scores that tell a class from the others: one of two classes, else all; four bytes for each of a network,
    /// and the class.
    | Order = 8
    /// Of each example all scores.
    | Scores = 16
    /// Of each example everything, as it was given.
    | Outcomes = 32
