namespace Hybrid

open Hybrid.Core

/// A property cannot be read, or does not fit the model. Lines and columns are counted from 1; 0 where there is no place.
[<Sealed>]
type PropertyException(line: int, column: int, problem: string) =
    inherit HybridException((if line > 0 then $"line {line}, column {column}: " else "") + problem)
    /// What is wrong, without the place.
    member _.Problem = problem
    /// The line, from 1; 0 if the problem is not at one place.
    member _.Line = line
    /// The column, from 1; 0 if the problem is not at one place.
    member _.Column = column

namespace Hybrid.Verification

// the exception under the namespace that F# opens
type PropertyException = Hybrid.PropertyException
