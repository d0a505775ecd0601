namespace Hybrid.Core

open System

module internal Message =
    // what is wrong stands at the beginning, what to do at the end
    let private first = 3000
    let private last = 1000

    /// One line of a length that is read: what a message quotes may come out of a file, be endless, or steer a terminal.
    let fit (message: string) : string =
        if isNull message then
            message
        else
            let short =
                if message.Length > first + last then
                    message.Substring(0, first) + "…" + message.Substring(message.Length - last)
                else
                    message

            // half of a pair is no character, and some writers refuse it
            let isHalf i =
                Char.IsSurrogate short[i]
                && not (i + 1 < short.Length && Char.IsSurrogatePair(short[i], short[i + 1]))
                && not (i > 0 && Char.IsSurrogatePair(short[i - 1], short[i]))

            short
            |> String.mapi (fun i character ->
                match character with
                | '\n' -> ' '
                | _ when Char.IsControl character || isHalf i -> '?'
                | _ -> character)

/// <summary>What the user can mend: wrong shapes, wrong data, wrong files. The message says what was wrong, where, and what to do.</summary>
[<AllowNullLiteral>]
type HybridException(message: string, inner: exn) =
    inherit Exception(Message.fit message, inner)
    new(message) = HybridException(message, null)

/// <summary>The operands' shapes do not fit the operation.</summary>
[<Sealed>]
type ShapeMismatch(operation: string, shapes: int list list, rule: string) =
    inherit
        HybridException(
            let shown = List.truncate 8 shapes

            let described =
                shown |> List.map (fun shape -> $"%A{shape}") |> String.concat " and "

            let described =
                match shapes.Length - shown.Length with
                | 0 -> described
                | more -> $"{described} and {more} more"

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
