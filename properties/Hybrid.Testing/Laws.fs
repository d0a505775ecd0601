namespace Hybrid.Testing

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>The laws, and your own functions held to them, under any test runner: each check raises an exception with a
/// shrunk counterexample and its seed if a law fails.</summary>
/// <example>With Expecto, and with xUnit:
/// <code>
/// [&lt;Tests&gt;]
/// let tests =
///     testList "own functions" [
///         testCase "swish" (fun () -> Laws.holdActivation "swish" (fun x -> x * Tensor.sigmoid x)) ]
///
/// [&lt;Fact&gt;]
/// let ``swish keeps the laws`` () = Laws.holdActivation "swish" (fun x -> x * Tensor.sigmoid x)
/// </code></example>
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Laws =
    /// Laws that need a derivative: they are checked where there is one.
    let smooth: Law list = GradientLaws.all @ CurvatureLaws.all

    /// Laws that hold everywhere, at kinks too.
    let everywhere: Law list =
        [
            EnclosureLaws.sound
            ContinuityLaws.claimed
            RoundingLaws.slopes
            RoundingLaws.within
        ]

    /// Every law of the graph in double precision.
    let all: Law list = smooth @ everywhere

    /// Holds a row to one law, in a number of random cases.
    let holdTo (law: Law) (cases: int) (row: Row) : unit =
        let arbitrary =
            if everywhere |> List.exists (fun other -> obj.ReferenceEquals(other, law)) then
                Cases.any row
            else
                Cases.smooth row

        checkCases cases (Law.toProperty law row arbitrary)

    /// Holds a row to every law, in 100 random cases each.
    let hold (row: Row) : unit =
        for law in all do
            holdTo law (if law.Name = RoundingLaws.within.Name then 25 else 100) row

    /// <summary>Holds an activation to every law: a function of each element.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="activation">The result has the operand's shape.</param>
    let holdActivation (name: string) (activation: Tensor -> Tensor) : unit =
        Row.Of(name, 2, (fun extents -> [ Operand.any extents ]), (fun operands -> activation operands.Head))
        |> hold

    /// <summary>Holds a loss to every law, for outputs and numeric targets of up to 4 examples.</summary>
    let holdLoss (loss: Loss) : unit =
        Row.Of(
            loss.Name,
            2,
            (fun extents -> [ Operand.any extents; Operand.any extents ]),
            fun operands -> loss.PerExample operands[0] operands[1]
        )
        |> hold

    /// <summary>Holds a loss of class scores to every law; its targets have a 1 at the right class.</summary>
    let holdClassLoss (loss: Loss) : unit =
        Row.Of(
            loss.Name,
            2,
            (fun extents -> [ Operand.any extents; { Shape = extents; Domain = OneHot } ]),
            fun operands -> loss.PerExample operands[0] operands[1]
        )
        |> hold

    /// <summary>Holds a layer, as it is used and as it is trained, to every law, in its input and all its parameters.</summary>
    /// <param name="inputs">How many features it takes.</param>
    /// <param name="layer">Takes [examples; inputs].</param>
    let holdLayer (inputs: int) (layer: Layer) : unit =
        let operands extents =
            Operand.any (extents @ [ inputs ])
            :: (layer.Parameters |> List.map (fun (_, value) -> Operand.any value.Shape))

        let draw =
            {
                Key = 1UL
                Step = Tensor.constant [ 2 ] [| 0.0; 1.0 |]
            }

        Row.Of(layer.Kind, 1, operands, (fun operands -> layer.Forward operands.Tail operands.Head))
        |> hold

        Row.Of(
            $"{layer.Kind} in training",
            1,
            operands,
            fun operands -> layer.Training draw operands.Tail operands.Head
        )
        |> hold

/// <summary>The laws for C#, under any test runner: each check throws an exception with a shrunk counterexample and its seed
/// if a law fails.</summary>
/// <example>With xUnit:
/// <code>
/// [Fact]
/// public void My_activation_keeps_the_laws() => Laws.HoldActivation("rational", x =&gt; x / (1.0 + x * x));
/// </code></example>
[<AbstractClass; Sealed>]
type Laws =
    /// <summary>Holds an activation to every law, in 100 random cases each: a function of each element.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="activation">The result has the operand's shape.</param>
    static member HoldActivation(name: string, activation: Func<Tensor, Tensor>) : unit =
        Laws.holdActivation name activation.Invoke

    /// <summary>Holds a loss to every law, for outputs and numeric targets of up to 4 examples.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="perExample">Outputs and targets, both [examples; outputs], to the loss of each example, [examples].</param>
    static member HoldLoss(name: string, perExample: Func<Tensor, Tensor, Tensor>) : unit =
        Laws.holdLoss
            {
                Name = name
                PerExample = fun outputs targets -> perExample.Invoke(outputs, targets)
            }

    /// <summary>Holds a loss of class scores to every law; its targets have a 1 at the right class.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="perExample">Scores and targets, both [examples; classes], to the loss of each example, [examples].</param>
    static member HoldClassLoss(name: string, perExample: Func<Tensor, Tensor, Tensor>) : unit =
        Laws.holdClassLoss
            {
                Name = name
                PerExample = fun scores targets -> perExample.Invoke(scores, targets)
            }

    /// <summary>Holds a layer to every law, in its input and all its parameters.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="inputs">How many features it takes.</param>
    /// <param name="parameters">Tensors of the shapes that its parameters have.</param>
    /// <param name="forward">Parameters and an input [examples; inputs], to the output of each example.</param>
    static member HoldLayer
        (
            name: string,
            inputs: int,
            parameters: seq<Tensor>,
            forward: Func<IReadOnlyList<Tensor>, Tensor, Tensor>
        ) : unit =
        let named = [ for index, value in Seq.indexed parameters -> string index, value ]

        Layer.deterministic name named (fun parameters x -> forward.Invoke(parameters, x))
        |> Laws.holdLayer inputs

    /// <summary>Holds a layer of this library, or one made of them, to every law, as it is used and as it is trained.</summary>
    /// <param name="inputs">How many features it takes.</param>
    /// <param name="layer">Takes [examples; inputs].</param>
    static member HoldLayer(inputs: int, layer: Layer) : unit = Laws.holdLayer inputs layer
