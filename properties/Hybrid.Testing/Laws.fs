namespace Hybrid.Testing

open Hybrid.Core

/// The laws, and your own functions held to them: each check raises with a shrunk counterexample if one fails.
module Laws =
    /// Laws that need a derivative: they are checked where there is one.
    let smooth: Law list = GradientLaws.all @ CurvatureLaws.all

    /// Laws that hold everywhere, at kinks too.
    let everywhere: Law list = [ EnclosureLaws.sound ]

    /// Every law of the graph in double precision.
    let all: Law list = smooth @ everywhere

    /// <summary>A law of this name.</summary>
    /// <exception cref="T:System.Collections.Generic.KeyNotFoundException">There is none.</exception>
    let named (name: string) : Law =
        List.find (fun law -> law.Name = name) all

    /// Holds a row to one law, in a number of random cases.
    let holdTo (law: Law) (cases: int) (row: Row) : unit =
        let arbitrary =
            if everywhere |> List.exists (fun other -> other.Name = law.Name) then
                Cases.any row
            else
                Cases.smooth row

        checkCases cases (Law.toProperty law row arbitrary)

    /// Holds a row to every law, in 100 random cases each.
    let hold (row: Row) : unit =
        for law in all do
            holdTo law 100 row

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
