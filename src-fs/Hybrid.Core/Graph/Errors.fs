namespace Hybrid

open System
open System.Collections.Generic

module internal Message =
    /// A problem and its advice, if any.
    let ofParts (problem: string) (advice: string) : string =
        if isNull problem then null
        elif advice = "" then Hybrid.Core.Printable.line problem
        else Hybrid.Core.Printable.line $"{problem} {advice}"

/// <summary>Errors that the caller can fix: wrong shapes, wrong data, wrong files. The message says what is wrong, where, and
/// what to do; it calls options by the names that this library uses.</summary>
/// <param name="problem">What is wrong and where.</param>
/// <param name="remedies">What to do about it, in the order to try; empty where the problem says it.</param>
/// <param name="inner">The cause; null if there is none.</param>
[<AllowNullLiteral>]
type HybridException(problem: string, remedies: Remedy seq, inner: exn) =
    inherit Exception(Message.ofParts problem (Remedy.Sentence remedies), inner)

    let remedies: IReadOnlyList<Remedy> = Array.AsReadOnly(Array.ofSeq remedies)
    new(message: string) = HybridException(message, Seq.empty, null)
    new(message: string, inner: exn) = HybridException(message, Seq.empty, inner)

    /// What to do about it, in the order to try; empty where the message says it, or nothing can be done.
    member _.Remedies = remedies

    /// <summary>The message, with other names for the options.</summary>
    /// <param name="name">How to write a property with this value, or the property alone where the value is null.</param>
    member this.MessageWith(name: Func<string, string, string>) : string =
        if remedies.Count = 0 then
            this.Message
        else
            Message.ofParts problem (Remedy.Sentence(remedies, name))

/// <summary>An option has an invalid value.</summary>
/// <param name="option">The property or parameter.</param>
/// <param name="problem">What is wrong with its value, without a full stop, such as "must be at least 1, not 0".</param>
[<Sealed; AllowNullLiteral>]
type OptionException(option: string, problem: string) =
    inherit HybridException($"{option} {problem}.")
    /// The property or parameter.
    member _.Option = option
    /// What is wrong with its value, without a full stop.
    member _.Problem = problem

/// <summary>The operands' shapes do not fit the operation.</summary>
[<Sealed>]
type ShapeMismatchException(operation: string, shapes: int list list, rule: string) =
    inherit
        HybridException(
            let shown = List.truncate 8 shapes

            let described =
                shown |> List.map Hybrid.Core.Printable.integers |> String.concat " and "

            let described =
                match shapes.Length - shown.Length with
                | 0 -> described
                | more -> $"{described} and {more} more"

            $"{operation}: the shapes {described} do not fit. {rule}"
        )

    /// The requested operation, by name.
    member _.Operation = operation
    /// The operands' shapes, in order.
    member _.Shapes = shapes

    /// The same error, with the place where it happened before the operation's name.
    member _.Within(place: string) =
        ShapeMismatchException($"{place}, {operation}", shapes, rule)

/// A layer was given the wrong number of parameters.
[<Sealed>]
type ParameterCountException(kind: string, expected: int, actual: int) =
    inherit HybridException($"A {kind} layer takes {expected} parameter tensors, not {actual}.")

/// <summary>The requested derivative does not exist: the result is integer-valued, or the loss is not a scalar.</summary>
[<Sealed>]
type NotDifferentiableException(operation: string, reason: string) =
    inherit HybridException($"{operation} cannot be differentiated: {reason}")
    /// The requested operation, by name.
    member _.Operation = operation

/// The loss or a weight has become NaN or infinite.
[<Sealed>]
type TrainingDivergedException(epoch: int, rate: float) =
    inherit
        HybridException(
            $"The loss became NaN or infinite in epoch {epoch}, at learning rate {rate:G4}: training was stopped.",
            [
                Remedy.Set(
                    Hybrid.Core.OptionName.LearningRate,
                    Hybrid.Core.Printable.number (rate / 10.0),
                    "ten times lower"
                )
                Remedy.Set(Hybrid.Core.OptionName.ClipNorm, "1", "")
            ],
            null
        )

    /// The epoch in which it happened, from 1.
    member _.Epoch = epoch

/// <summary>A result is NaN or infinite: an output of a network, or the loss of an example.</summary>
/// <param name="source">Where the examples come from, such as a file; empty if not known.</param>
/// <param name="name">What the result is called in messages, such as output 2 or the loss.</param>
/// <param name="example">The index of the first example with such a result, from 0.</param>
/// <param name="output">The index of the output, from 0; -1 for the loss.</param>
/// <param name="value">NaN or an infinity.</param>
/// <param name="count">The number of examples with such a result.</param>
/// <param name="examples">The number of examples checked.</param>
[<Sealed>]
type NonFiniteResultException
    (source: string, name: string, example: int64, output: int, value: float32, count: int, examples: int) =
    inherit
        HybridException(
            (if source = "" then "" else $"{source}: ")
            + $"{name} is {value} for example {example + 1L} ({count} of {examples} examples have a result that is NaN or "
            + "infinite). A weight or a feature is not a finite number, or some are too large for float32."
        )

    /// The index of the first example with such a result, from 0.
    member _.Example = example
    /// The index of the output, from 0; -1 for the loss.
    member _.Output = output
    /// NaN or an infinity.
    member _.Value = value
    /// The number of examples with such a result.
    member _.Count = count

    /// The same error with the names of the source and the outputs, and with examples counted from the index of the first.
    member _.Of(source: string, first: int64, names: string[]) =
        let named =
            if output >= 0 && output < names.Length then
                $"the output {Hybrid.Core.Printable.quote names[output]}"
            else
                name

        NonFiniteResultException(source, named, first + example, output, value, count, examples)

namespace Hybrid.Core

// the exceptions under the namespace that F# opens; each is one type, which C# finds in Hybrid, next to the C# API
type HybridException = Hybrid.HybridException

type OptionException = Hybrid.OptionException

type ShapeMismatchException = Hybrid.ShapeMismatchException

type ParameterCountException = Hybrid.ParameterCountException

type NotDifferentiableException = Hybrid.NotDifferentiableException

type TrainingDivergedException = Hybrid.TrainingDivergedException

type NonFiniteResultException = Hybrid.NonFiniteResultException

/// Lookup by name.
module internal Named =
    let private letters (name: string) =
        (String.filter System.Char.IsLetterOrDigit name).ToLowerInvariant()

    /// <summary>The item with this name, in any case and with any dashes: LeakyReLU is leaky-relu.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no such item; the message lists the names.</exception>
    let find (kind: string) (nameOf: 'item -> string) (items: 'item list) (name: string) : 'item =
        items
        |> List.tryFind (fun item -> nameOf item = name)
        |> Option.orElseWith (fun () ->
            items |> List.tryFind (fun item -> letters (nameOf item) = letters name))
        |> Option.defaultWith (fun () ->
            let names = items |> List.map nameOf |> String.concat ", "
            raise (HybridException $"There is no {kind} {Printable.quote name}. Choose one of {names}."))
