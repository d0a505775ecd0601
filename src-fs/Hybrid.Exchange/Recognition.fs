namespace Hybrid.Exchange

open System
open Hybrid.Core

/// The nodes of a file as layers: layers of ours if their operators and constants match one, whatever they are called.
module internal Recognition =
    /// The index and kind of the layer that a node was written for, if its name says so: "2.relu/Relu_1". For display only.
    let private origin (node: OnnxNode) : (string * string) option =
        let slash = node.Name.IndexOf '/'
        let dot = node.Name.IndexOf '.'

        if dot > 0 && slash > dot && Seq.forall Char.IsDigit node.Name[.. dot - 1] then
            Some(node.Name[.. dot - 1], node.Name[dot + 1 .. slash - 1])
        else
            None

    /// A parameter's name without the layer number: "fc.weight" for "0.fc.weight".
    let bare (name: string) : string =
        let dot = name.IndexOf '.'

        if dot > 0 && Seq.forall Char.IsDigit name[.. dot - 1] then
            name[dot + 1 ..]
        else
            name

    /// Convolutions with integers, which have transposes around them.
    [<Literal>]
    let private Windows = "conv-int8"

    [<Literal>]
    let private LogSoftmax = "log-softmax"

    [<Literal>]
    let private Scale = "scale"

    [<Literal>]
    let private TwoClasses = "two-classes"

    /// Kinds that are never taken from a name, because their meaning is relied on.
    let private reserved =
        Set(
            List.map fst Activation.functions
            @ [
                "step"
                "linear"
                "linear-int8"
                Windows
                "linear-bfloat16"
                "maxout"
                "softmax"
                LogSoftmax
                Scale
                TwoClasses
                "dropout"
                "noise"
                "constant"
            ]
        )

    /// The kind that names claim for the layer of the nodes, if it only describes the layer.
    let private claimed (node: OnnxNode) : (string * string) option =
        origin node |> Option.filter (snd >> reserved.Contains >> not)

    /// Whether two nodes were written for the same layer, of a kind that only describes it or that is found by what the nodes do
    /// together.
    let belongTogether (first: OnnxNode) (second: OnnxNode) : bool =
        let layer node =
            origin node
            |> Option.filter (fun (_, kind) -> kind = Windows || not (reserved.Contains kind))

        (layer first).IsSome && layer first = layer second

    let private input: Tensor = Tensor.input "x" [ 2; 3 ]

    // the Gaussian error unit as other libraries write it
    let private gelus: (Tensor -> Tensor) list =
        [
            for argument in [ (fun (x: Tensor) -> x / Math.Sqrt 2.0); (fun x -> x * Math.Sqrt 0.5) ] do
                let bell x = 1.0 + Tensor.erf (argument x)
                fun x -> 0.5 * x * bell x
                fun x -> 0.5 * (x * bell x)
                fun x -> x * (0.5 * bell x)
        ]

    /// Element-wise functions by name, in each form in which they may be written.
    let private written: (string * Tensor) list =
        [
            for name, f in Activation.functions do
                if name <> "identity" then
                    name, f input
            for f in gelus do
                "gelu", f input
            "step", Tensor.step input
            "step", Tensor.greater input (Tensor.scalar 0.0)
        ]

    let private logSoftmax = Tensor.logSoftmax 1 input

    let private twoClasses =
        let score = Tensor.input "x" [ 2; 1 ]
        score, Network.forward Activation.twoClasses score

    let private attempt (f: Tensor -> Tensor) (x: Tensor) : Tensor voption =
        // a function that does not take these shapes is not one of them
        try
            ValueSome(f x)
        with :? HybridException ->
            ValueNone

    let private image: Tensor = Tensor.input "x" [ 2; 3; 2; 2 ]

    /// Whether a function that takes images, too, does not flatten them, which rows of features do not reveal.
    let private keepsImages (f: Tensor -> Tensor) : bool =
        match attempt f image with
        | ValueSome y -> y.Shape = image.Shape
        | ValueNone -> true

    /// The layer of ours that a function without weights is, if its graph matches one.
    let layer (f: Tensor -> Tensor) : Layer option =
        let named kind = Some(Layer.ofFunction kind f)

        match attempt f input with
        | ValueSome y when keepsImages f ->
            match written |> List.tryFind (snd >> Alike.graphs y) with
            | Some("step", _) -> Some(List.exactlyOne Activation.step.Layers)
            | Some(name, _) -> Some(Activation.layer name)
            | None when Alike.graphs y logSoftmax -> named LogSoftmax
            | None when Ending.isScale input y -> named Scale
            | None -> None
        | _ -> None
        |> Option.orElseWith (fun () ->
            match attempt f (fst twoClasses) with
            | ValueSome y when Alike.graphs y (snd twoClasses) -> named TwoClasses
            | _ -> None)

    /// The layers of ours that return the probabilities 1 - σ(z) and σ(z) of two classes, if a function of one score does: the
    /// softmax of 0 and z, as scores that training can start from.
    let probabilities (f: Tensor -> Tensor) : Layer list option =
        let score = fst twoClasses
        let second = Tensor.sigmoid score

        match attempt f score with
        | ValueSome y when Alike.graphs y (Tensor.concat 1 [ 1.0 - second; second ]) ->
            Some(Activation.twoClasses.Layers @ Activation.softmax.Layers)
        | _ -> None

    /// The number of pieces into which a function divides its input, [examples; pieces · units], if it returns the maximum piece
    /// of each unit.
    let pieces (rows: int) (f: Tensor -> Tensor) : int option =
        let at examples =
            let x = Tensor.input "x" [ examples; rows ]

            match attempt f x with
            | ValueSome y ->
                match y.Shape with
                | [ _; units ] when units > 0 && rows % units = 0 ->
                    let largest = Tensor.max 1 (Tensor.reshape [ examples; rows / units; units ] x)
                    if Alike.graphs y largest then Some(rows / units) else None
                | _ -> None
            | ValueNone -> None

        // the pattern does not depend on the number of examples
        if at 2 = at 3 then at 2 else None

    /// Whether a single node returns its input unchanged, whatever the shape: dropout does, except in training.
    let isNothing (f: Tensor -> Tensor) (nodes: OnnxNode list) : bool =
        match nodes with
        | [ {
                Operator = "Identity" | "Dropout" | "Cast"
            } ] ->
            match attempt f input with
            | ValueSome y -> obj.ReferenceEquals(y, input)
            | ValueNone -> false
        | _ -> false

    /// "BatchNormalization" as "batch-normalization", without a domain.
    let private dashed (operator: string) : string =
        operator[operator.LastIndexOf '.' + 1 ..]
        |> String.collect (fun c ->
            if Char.IsUpper c then
                $"-{Char.ToLowerInvariant c}"
            else
                string c)
        |> _.TrimStart('-')

    /// Whether a softmax is over the outputs of each example, [examples; outputs]: it is if no axis is given.
    let private isOverOutputs (node: OnnxNode) =
        match List.tryFind (fst >> (=) "axis") node.Attributes with
        | Some(_, OnnxAttribute.Integer axis) -> axis = -1L || axis = 1L
        | _ -> true

    /// The description of nodes that are not one of our layers.
    let kind (nodes: OnnxNode list) : string =
        let described operator =
            let kind = dashed operator
            if reserved.Contains kind then "composite" else kind

        match nodes, nodes.Head |> claimed with
        | [ { Operator = "Softmax" | "LogSoftmax" } as node ], _ when isOverOutputs node ->
            dashed node.Operator
        | _, Some(_, claimed) -> claimed
        | [ { Operator = "PRelu" } ], _ -> "prelu"
        | [ {
                Operator = "LeakyRelu" | "Elu" | "Selu" | "Gelu" as operator
            } ],
          _ -> $"custom {dashed operator}"
        | [ node ], _ -> described node.Operator
        | _ ->
            match nodes |> List.map _.Operator |> List.sort with
            | [ "Mul"; "Sigmoid" ] -> "silu"
            | _ -> "composite"
