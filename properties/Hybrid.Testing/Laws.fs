namespace Hybrid.Testing

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>The laws, and checks of your own functions against them, under any test runner: if a law fails, a check raises an
/// exception with a shrunk counterexample and its seed.</summary>
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

    /// Laws that hold everywhere, even at kinks.
    let everywhere: Law list =
        [
            EnclosureLaws.sound
            ContinuityLaws.claimed
            RoundingLaws.slopes
            RoundingLaws.within
        ]

    /// Every law of the graph in double precision.
    let all: Law list = smooth @ everywhere

    /// Checks a row against one law, on a number of random cases.
    let holdTo (law: Law) (cases: int) (row: Row) : unit =
        let arbitrary =
            if everywhere |> List.exists (fun other -> obj.ReferenceEquals(other, law)) then
                Cases.any row
            else
                Cases.smooth row

        checkCases cases (Law.toProperty law row arbitrary)

    /// Checks a row against every law, on 100 random cases each.
    let hold (row: Row) : unit =
        for law in all do
            holdTo law (if law.Name = RoundingLaws.within.Name then 25 else 100) row

    /// <summary>Checks an activation, a function of each element, against every law.</summary>
    /// <param name="name">The name in failures.</param>
    /// <param name="activation">Returns a tensor of the operand's shape.</param>
    let holdActivation (name: string) (activation: Tensor -> Tensor) : unit =
        Row.Of(name, 2, (fun extents -> [ Operand.any extents ]), (fun operands -> activation operands.Head))
        |> hold

    /// <summary>Checks a loss against every law, for outputs and numeric targets of up to 4 examples.</summary>
    let holdLoss (loss: Loss) : unit =
        Row.Of(
            loss.Name,
            2,
            (fun extents -> [ Operand.any extents; Operand.any extents ]),
            fun operands -> loss.PerExample operands[0] operands[1]
        )
        |> hold

    /// <summary>Checks a loss of class scores against every law; its targets have a 1 at the correct class.</summary>
    let holdClassLoss (loss: Loss) : unit =
        Row.Of(
            loss.Name,
            2,
            (fun extents -> [ Operand.any extents; { Shape = extents; Domain = OneHot } ]),
            fun operands -> loss.PerExample operands[0] operands[1]
        )
        |> hold

    /// <summary>Checks a layer, in use and in training, against every law, in its input and all its parameters.</summary>
    /// <param name="inputs">The number of features of an example.</param>
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

/// <summary>The laws for C#, under any test runner: if a law fails, a check throws an exception with a shrunk counterexample and
/// its seed.</summary>
/// <example>With xUnit:
/// <code>
/// [Fact]
/// public void My_activation_keeps_the_laws() => Laws.HoldActivation("rational", x =&gt; x / (1.0 + x * x));
/// </code></example>
[<AbstractClass; Sealed>]
type Laws =
    /// <summary>Checks an activation, a function of each element, against every law, on 100 random cases each.</summary>
    /// <param name="name">The name in failures.</param>
    /// <param name="activation">Returns a tensor of the operand's shape.</param>
    static member HoldActivation(name: string, activation: Func<Tensor, Tensor>) : unit =
        Laws.holdActivation name activation.Invoke

    /// <summary>Checks a loss against every law, for outputs and numeric targets of up to 4 examples.</summary>
    /// <param name="name">The name in failures.</param>
    /// <param name="perExample">From outputs and targets, both [examples; outputs], to the loss of each example,
    /// [examples].</param>
    static member HoldLoss(name: string, perExample: Func<Tensor, Tensor, Tensor>) : unit =
        Loss.ofNumbers name (fun outputs targets -> perExample.Invoke(outputs, targets))
        |> Laws.holdLoss

    /// <summary>Checks a loss of class scores against every law; its targets have a 1 at the correct class.</summary>
    /// <param name="name">The name in failures.</param>
    /// <param name="perExample">From scores and targets, both [examples; classes], to the loss of each example,
    /// [examples].</param>
    static member HoldClassLoss(name: string, perExample: Func<Tensor, Tensor, Tensor>) : unit =
        Loss.ofClasses name (fun scores targets -> perExample.Invoke(scores, targets))
        |> Laws.holdClassLoss

    /// <summary>Checks a layer against every law, in its input and all its parameters.</summary>
    /// <param name="name">The name in failures.</param>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="parameters">Tensors of the shapes of its parameters.</param>
    /// <param name="forward">From parameters and an input, [examples; inputs], to the output of each example.</param>
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

    /// <summary>Checks a layer of this library, or one composed of these, against every law, in use and in training.</summary>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="layer">Takes [examples; inputs].</param>
    static member HoldLayer(inputs: int, layer: Layer) : unit = Laws.holdLayer inputs layer
