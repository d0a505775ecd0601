namespace Hybrid

/// The text is not a formula, or uses an unknown variable. Columns are counted from 1.
[<Sealed>]
type ExpressionException(text: string, column: int, message: string) =
    inherit HybridException($"«{text}», column {column}: {message}")
    /// The position in the text, counted from 1.
    member _.Column = column

/// An approximation cannot be built: no bound for it is known, it would be too large, or the function is undefined somewhere.
[<Sealed>]
type ApproximationException(problem: string, remedies: Remedy seq) =
    inherit HybridException(problem, remedies, null)
    new(message) = ApproximationException(message, Seq.empty)

namespace Hybrid.Theory

// C# finds them in Hybrid, next to the C# API
type ExpressionException = Hybrid.ExpressionException

type ApproximationException = Hybrid.ApproximationException
