namespace Hybrid.Core

open System

/// <summary>What the user can mend: wrong shapes, wrong data, wrong files. The message says what was wrong, where, and what to do.</summary>
[<AllowNullLiteral>]
type HybridException(message: string, inner: exn) =
    inherit Exception(message, inner)
    new(message) = HybridException(message, null)

/// <summary>The operands' shapes do not fit the operation.</summary>
[<Sealed>]
type ShapeMismatch(operation: string, shapes: int list list, rule: string) =
    inherit
        HybridException(
            let described =
                shapes |> List.map (fun shape -> $"%A{shape}") |> String.concat " and "

            $"{operation}: the shapes {described} do not fit. {rule}"
        )

    /// The operation that was asked for, by its name.
    member _.Operation = operation
    /// The shapes of its operands, in order.
    member _.Shapes = shapes

    /// The same error, with where it happened before the operation's name.
    member _.Within(place: string) =
        ShapeMismatch($"{place}, {operation}", shapes, rule)

/// <summary>A function of parameters was given another number of them than it takes.</summary>
[<Sealed>]
type ParameterCount(kind: string, expected: int, actual: int) =
    inherit HybridException($"A {kind} layer takes {expected} parameter tensors, not {actual}.")

/// <summary>A derivative was asked for that does not exist: of an integer-valued result, or of a loss that is not a scalar.</summary>
[<Sealed>]
type NotDifferentiable(operation: string, reason: string) =
    inherit HybridException($"{operation} cannot be differentiated: {reason}")
    /// The operation that was asked for, by its name.
    member _.Operation = operation

/// Choosing among things that have names.
module Named =
    /// <summary>The item of a name.</summary>
    /// <exception cref="T:Hybrid.Core.HybridException">There is none; the message lists the names.</exception>
    let find (kind: string) (nameOf: 'item -> string) (items: 'item list) (name: string) : 'item =
        match List.tryFind (fun item -> nameOf item = name) items with
        | Some item -> item
        | None ->
            let names = items |> List.map nameOf |> String.concat ", "
            raise (HybridException $"There is no {kind} \"{name}\". Choose one of {names}.")
