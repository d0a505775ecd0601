namespace Hybrid

open System
open System.Collections.Generic

module internal Message =
    /// A problem and its advice, if there is any.
    let ofParts (problem: string) (advice: string) : string =
        if isNull problem then null
        elif advice = "" then Hybrid.Core.Printable.line problem
        else Hybrid.Core.Printable.line $"{problem} {advice}"

/// <summary>Errors that the caller can fix: wrong shapes, wrong data, wrong files. The message says what is wrong and where, and
/// what to do; it names options as this library does.</summary>
/// <param name="problem">What is wrong and where.</param>
/// <param name="remedies">What to do about it, the first one first; none where the problem says it.</param>
/// <param name="inner">What it came from; null for nothing.</param>
[<AllowNullLiteral>]
type HybridException(problem: string, remedies: Remedy seq, inner: exn) =
    inherit Exception(Message.ofParts problem (Remedy.Sentence remedies), inner)

    let remedies: IReadOnlyList<Remedy> = Array.AsReadOnly(Array.ofSeq remedies)
    new(message: string) = HybridException(message, Seq.empty, null)
    new(message: string, inner: exn) = HybridException(message, Seq.empty, inner)

    /// What to do about it, the first one first; empty where the message says it, or there is nothing.
    member _.Remedies = remedies

    /// <summary>The message, with other names for options.</summary>
    /// <param name="name">What to call a property with this value, or by itself where the value is null.</param>
    member this.MessageWith(name: Func<string, string, string>) : string =
        if remedies.Count = 0 then
            this.Message
        else
            Message.ofParts problem (Remedy.Sentence(remedies, name))

/// <summary>An option has a value that it cannot have.</summary>
/// <param name="option">The property or the parameter.</param>
/// <param name="problem">What is wrong with its value, without a full stop, such as "must be at least 1, not 0".</param>
[<Sealed; AllowNullLiteral>]
type OptionException(option: string, problem: string) =
    inherit HybridException($"{option} {problem}.")
    /// The property or the parameter.
    member _.Option = option
    /// What is wrong with its value, without a full stop.
    member _.Problem = problem

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

/// The network cannot be written as ONNX for batches of every size: the message names the node.
[<Sealed>]
type NotExportable(node: string, reason: string) =
    inherit HybridException($"Node {node} cannot be exported: {reason}")
    /// The node, by its name in the file.
    member _.Node = node

/// The graph has something that this project does not know.
[<Sealed>]
type NotImportable(node: string, operator: string, opset: int, reason: string) =
    inherit HybridException($"Node {node} ({operator}, opset {opset}) cannot be read: {reason}")
    /// The node, by its name in the file, or by what it makes where it has none.
    member _.Node = node
    /// What the node is to do, by its name in ONNX.
    member _.Operator = operator
    /// The version of the operators that the file states.
    member _.Opset = opset

/// The text is no formula, or not one of the variables that there are. The column is counted from 1.
[<Sealed>]
type ExpressionException(text: string, column: int, message: string) =
    inherit HybridException($"«{text}», column {column}: {message}")
    /// Where in the text, counted from 1.
    member _.Column = column

/// An approximation cannot be built: nothing is known that would bound it, it would be too large, or the function has no
/// value somewhere.
[<Sealed>]
type ApproximationException(problem: string, remedies: Remedy seq) =
    inherit HybridException(problem, remedies, null)
    new(message) = ApproximationException(message, Seq.empty)

/// The loss is not a number any more, or the weights are not.
[<Sealed>]
type TrainingDiverged(epoch: int, rate: float) =
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
/// <param name="source">Where the examples are from, such as a file; empty for none.</param>
/// <param name="name">The result's name, such as output 2 or the loss.</param>
/// <param name="example">The first example with such a result, from 0.</param>
/// <param name="output">The output, from 0; -1 for the loss.</param>
/// <param name="value">NaN or an infinity.</param>
/// <param name="count">How many examples have such a result.</param>
/// <param name="examples">How many were looked at.</param>
[<Sealed>]
type NonFiniteResult
    (source: string, name: string, example: int64, output: int, value: float32, count: int, examples: int) =
    inherit
        HybridException(
            (if source = "" then "" else $"{source}: ")
            + $"{name} is {value} for example {example + 1L} ({count} of {examples} examples have a result that is NaN or "
            + "infinite). A weight or a feature is not a finite number, or some are too large for float32."
        )

    /// The first example with such a result, from 0.
    member _.Example = example
    /// The output, from 0; -1 for the loss.
    member _.Output = output
    /// NaN or an infinity.
    member _.Value = value
    /// How many examples have such a result.
    member _.Count = count

    /// The same error with the names of the source and of the outputs, where the first of the examples is that of a number.
    member _.Of(source: string, first: int64, names: string[]) =
        let named =
            if output >= 0 && output < names.Length then
                $"the output {Hybrid.Core.Printable.quote names[output]}"
            else
                name

        NonFiniteResult(source, named, first + example, output, value, count, examples)

namespace Hybrid.Core

// For whoever opens this namespace; there is one type of each, and C# finds it beside the face.
type HybridException = Hybrid.HybridException

type OptionException = Hybrid.OptionException

type ShapeMismatch = Hybrid.ShapeMismatch

type ParameterCount = Hybrid.ParameterCount

type NotDifferentiable = Hybrid.NotDifferentiable

type NotExportable = Hybrid.NotExportable

type NotImportable = Hybrid.NotImportable

type ExpressionException = Hybrid.ExpressionException

type ApproximationException = Hybrid.ApproximationException

type TrainingDiverged = Hybrid.TrainingDiverged

type NonFiniteResult = Hybrid.NonFiniteResult

/// Choosing among things that have names.
module Named =
    /// <summary>The item of a name.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is none; the message lists the names.</exception>
    let find (kind: string) (nameOf: 'item -> string) (items: 'item list) (name: string) : 'item =
        match List.tryFind (fun item -> nameOf item = name) items with
        | Some item -> item
        | None ->
            let names = items |> List.map nameOf |> String.concat ", "
            raise (HybridException $"There is no {kind} {Printable.quote name}. Choose one of {names}.")
