namespace Hybrid.Exchange

open Hybrid.Core

/// What the numbers of an ONNX value stand for. While a network runs, all of them are float32.
type internal ElementKind =
    | Real
    | Whole
    /// 0 or 1.
    | Truth

/// A value of an ONNX graph.
[<NoComparison; ReferenceEquality>]
type internal Operand =
    {
        Tensor: Tensor
        Kind: ElementKind
        /// It depends on no input and no parameter: axes, shapes and the like may be read from it.
        IsKnown: bool
    }

/// A node about to be carried out. An operand that is left out is None.
[<NoComparison; ReferenceEquality>]
type internal NodeCall =
    {
        Node: OnnxNode
        Opset: int
        Operands: Operand option list
        /// Takes so much of what a file may cost to read, or refuses.
        Spend: int64 -> unit
    }

/// What operators are made by: each answers the node's outputs, in order.
type internal OperatorRule = NodeCall -> Operand list

module internal Operand =
    let real (x: Tensor) : Operand =
        {
            Tensor = x
            Kind = Real
            IsKnown = false
        }

    let ofKind kind (x: Tensor) : Operand = { real x with Kind = kind }

    /// A constant of a file.
    let ofOnnx (tensor: OnnxTensor) : Operand =
        match tensor.Values with
        | Floats values ->
            { real (Tensor.single tensor.Dimensions values) with
                IsKnown = true
            }
        | Integers values ->
            {
                Tensor = Tensor.constant tensor.Dimensions (Array.map float values)
                Kind = Whole
                IsKnown = true
            }

/// Operands and attributes of a node, as its rule asks for them.
module internal NodeCall =
    /// A node by its name, or by what it makes where it has none.
    let nameOf (node: OnnxNode) =
        if node.Name <> "" then
            node.Name
        else
            List.tryHead node.Outputs |> Option.defaultValue ""

    let refuse (call: NodeCall) (reason: string) =
        raise (NotImportable(nameOf call.Node, call.Node.Operator, call.Opset, reason))

    let optional (call: NodeCall) (index: int) : Operand option =
        List.tryItem index call.Operands |> Option.flatten

    let operand (call: NodeCall) (index: int) : Operand =
        match optional call index with
        | Some operand -> operand
        | None -> refuse call $"it has no operand {index + 1}."

    let tensor (call: NodeCall) (index: int) : Tensor = (operand call index).Tensor

    /// All operands, for operators that take any number.
    let all (call: NodeCall) : Operand list =
        match List.choose id call.Operands with
        | [] -> refuse call "it has no operand."
        | operands -> operands

    let attribute (call: NodeCall) (name: string) : OnnxAttribute option =
        call.Node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    // axes and extents are far smaller than this; starts and ends of slices may mean "as far as there is"
    let private farthest = 1L <<< 40

    let private bounded (value: int64) : int64 = max -farthest (min farthest value)

    let integer (call: NodeCall) (name: string) (standard: int) : int =
        match attribute call name with
        | Some(OnnxAttribute.Integer value) when abs (bounded value) < int64 System.Int32.MaxValue ->
            int value
        | None -> standard
        | Some _ -> refuse call $"its attribute {name} is not a whole number of ordinary size."

    let integers (call: NodeCall) (name: string) : int64 list option =
        match attribute call name with
        | Some(OnnxAttribute.IntegerList values) -> Some(List.map bounded values)
        | None -> None
        | Some _ -> refuse call $"its attribute {name} is not a list of whole numbers."

    let number (call: NodeCall) (name: string) (standard: float) : float =
        match attribute call name with
        | Some(OnnxAttribute.Float value) -> float value
        | None -> standard
        | Some _ -> refuse call $"its attribute {name} is not a number."

    let text (call: NodeCall) (name: string) (standard: string) : string =
        match attribute call name with
        | Some(OnnxAttribute.Text value) -> value
        | None -> standard
        | Some _ -> refuse call $"its attribute {name} is not a text."

    /// The numbers of an operand that has to be known when the graph is read.
    let known (call: NodeCall) (what: string) (operand: Operand) : float[] =
        if operand.IsKnown then
            Reference.value operand.Tensor
        else
            refuse call $"its {what} must be constant, and they depend on the input."

    let private whole (call: NodeCall) (what: string) (value: float) : int64 =
        if System.Math.Floor value <> value then
            refuse call $"its {what} are not whole numbers."

        bounded (int64 (max (float -farthest) (min (float farthest) value)))

    /// The same, as whole numbers. They are paid for before anything is made of them.
    let indices (call: NodeCall) (what: string) (operand: Operand) : int64[] =
        call.Spend(int64 (Shape.size operand.Tensor.Shape))
        known call what operand |> Array.map (whole call what)

    /// A result without the digits after the point, from some limit to below another. It depends on constants only, since
    /// no network computes with whole numbers.
    let truncated (call: NodeCall) (lowest: float, above: float) (x: Tensor) : Operand =
        if
            call.Operands
            |> List.choose id
            |> List.exists (fun operand -> not operand.IsKnown)
        then
            refuse
                call
                "it truncates numbers to whole ones, which must be constant, and they depend on the input."

        let whole value =
            match System.Math.Truncate(value: float) with
            | whole when whole >= lowest && whole < above -> whole
            | _ -> refuse call $"{value} does not fit the type of its result."

        Reference.value x
        |> Array.map whole
        |> Tensor.constant x.Shape
        |> Operand.ofKind Whole

    /// What whole numbers of 64 bits hold.
    let wholeRange = -(2.0 ** 63.0), 2.0 ** 63.0

    // no tensor has as many axes, which are what lists of numbers are about
    let private longest = 1024

    /// The same, of which there are few, for they are about axes.
    let wholes (call: NodeCall) (what: string) (operand: Operand) : int64 list =
        let count = Shape.size operand.Tensor.Shape

        if count > longest then
            refuse call $"its {what} are {count} numbers, more than a tensor has axes."

        known call what operand |> Seq.map (whole call what) |> List.ofSeq

    /// An axis counted from the front, of a tensor of some rank.
    let axis (call: NodeCall) (rank: int) (axis: int64) : int =
        let fromFront = if axis < 0L then axis + int64 rank else axis

        if fromFront < 0L || fromFront >= int64 rank then
            refuse call $"there is no axis {axis} among {rank}."

        int fromFront

    /// The axis that the attribute "axis" names.
    let axisOf (call: NodeCall) (rank: int) (standard: int) : int =
        axis call rank (int64 (integer call "axis" standard))

    /// What an operator takes as a list of whole numbers: an operand since some version, an attribute before.
    let list (call: NodeCall) (index: int) (name: string) : int64 list option =
        match optional call index, integers call name with
        | Some operand, _ -> Some(wholes call name operand)
        | None, attribute -> attribute
