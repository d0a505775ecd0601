namespace Hybrid

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

            Hybrid.Core.Printable.text (short.Replace("\r\n", " ").Replace('\n', ' '))

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
    inherit HybridException($"\"{text}\", column {column}: {message}")
    /// Where in the text, counted from 1.
    member _.Column = column

/// An approximation cannot be built: nothing is known that would bound it, it would be too large, or the function has no
/// value somewhere.
[<Sealed>]
type ApproximationException(message: string) =
    inherit HybridException(message)

/// The loss is not a number any more, or the weights are not.
[<Sealed>]
type TrainingDiverged(epoch: int, rate: float) =
    inherit
        HybridException(
            $"The loss became NaN or infinite in epoch {epoch}, at learning rate {rate:G4}: training was stopped. "
            + "Try a learning rate ten times lower, or --clip-norm 1."
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
                $"the output «{names[output]}»"
            else
                name

        NonFiniteResult(source, named, first + example, output, value, count, examples)

namespace Hybrid.Core

// For whoever opens this namespace; there is one type of each, and C# finds it beside the face.
type HybridException = Hybrid.HybridException

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
            raise (HybridException $"There is no {kind} \"{name}\". Choose one of {names}.")
