namespace Hybrid.Exchange

open Hybrid.Core

/// What the numbers of an ONNX value represent. When a network runs, all of them are float32.
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
        /// It does not depend on an input or parameter: axes, shapes and the like may be read from it.
        IsKnown: bool
    }

/// A node about to be executed. An omitted operand is None.
[<NoComparison; ReferenceEquality>]
type internal NodeCall =
    {
        Node: OnnxNode
        Opset: int
        Operands: Operand option list
        /// Deducts a cost from what reading the file may cost, or refuses.
        Spend: int64 -> unit
    }

/// The rule of an operator: returns the node's outputs, in order.
type internal OperatorRule = NodeCall -> Operand list

module internal Operand =
    let real (x: Tensor) : Operand =
        {
            Tensor = x
            Kind = Real
            IsKnown = false
        }

    let ofKind kind (x: Tensor) : Operand = { real x with Kind = kind }

    let private whole (shape: Shape) (values: float[]) : Operand =
        {
            Tensor = Tensor.constant shape values
            Kind = Whole
            IsKnown = true
        }

    /// A constant from a file.
    let ofOnnx (tensor: OnnxTensor) : Operand =
        match tensor.Values with
        | Floats values ->
            { real (Tensor.single tensor.Dimensions values) with
                IsKnown = true
            }
        | Doubles values ->
            { real (Tensor.single tensor.Dimensions (Array.map float32 values)) with
                IsKnown = true
            }
        | BFloats bits ->
            { real (Tensor.halved tensor.Dimensions bits) with
                IsKnown = true
            }
        | Integers values -> whole tensor.Dimensions (Array.map float values)
        | SignedBytes values -> whole tensor.Dimensions (Array.map float values)
        | Bytes values -> whole tensor.Dimensions (Array.map float values)
        | Texts _ ->
            raise (
                HybridException
                    $"The constant {Printable.quote tensor.Name} holds texts, and a network computes with numbers."
            )

/// Access to a node's operands and attributes for its rule.
module internal NodeCall =
    /// A node's name, or that of its first output if it has none.
    let nameOf (node: OnnxNode) =
        if node.Name <> "" then
            node.Name
        else
            List.tryHead node.Outputs |> Option.defaultValue ""

    let refuse (call: NodeCall) (reason: string) =
        raise (NotImportableException(nameOf call.Node, call.Node.Operator, call.Opset, reason))

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

    // axes and extents are far smaller than this; starts and ends of slices may mean "to the end"
    let private farthest = 1L <<< 40

    let private bounded (value: int64) : int64 = max -farthest (min farthest value)

    let integer (call: NodeCall) (name: string) (standard: int) : int =
        match attribute call name with
        | Some(OnnxAttribute.Integer value) when abs (bounded value) < int64 System.Int32.MaxValue ->
            int value
        | None -> standard
        | Some _ -> refuse call $"its attribute {name} is not an integer of reasonable size."

    let integers (call: NodeCall) (name: string) : int64 list option =
        match attribute call name with
        | Some(OnnxAttribute.IntegerList values) -> Some(List.map bounded values)
        | None -> None
        | Some _ -> refuse call $"its attribute {name} is not a list of integers."

    let number (call: NodeCall) (name: string) (standard: float) : float =
        match attribute call name with
        | Some(OnnxAttribute.Float value) -> float value
        | None -> standard
        | Some _ -> refuse call $"its attribute {name} is not a number."

    let numbers (call: NodeCall) (name: string) : float[] option =
        match attribute call name with
        | Some(OnnxAttribute.FloatList values) -> Some(values |> Seq.map float |> Array.ofSeq)
        | Some(OnnxAttribute.IntegerList values) -> Some(values |> Seq.map float |> Array.ofSeq)
        | None -> None
        | Some _ -> refuse call $"its attribute {name} is not a list of numbers."

    let text (call: NodeCall) (name: string) (standard: string) : string =
        match attribute call name with
        | Some(OnnxAttribute.Text value) -> value
        | None -> standard
        | Some _ -> refuse call $"its attribute {name} is not text."

    /// The numbers of an operand that must be known when the graph is read.
    let known (call: NodeCall) (what: string) (operand: Operand) : float[] =
        if operand.IsKnown then
            Reference.value operand.Tensor
        else
            refuse call $"its {what} must be constant, but depend on the input."

    let private whole (call: NodeCall) (what: string) (value: float) : int64 =
        if System.Math.Floor value <> value then
            refuse call $"its {what} are not integers."

        bounded (int64 (max (float -farthest) (min (float farthest) value)))

    /// The same, as integers. Their cost is deducted before anything is made from them.
    let indices (call: NodeCall) (what: string) (operand: Operand) : int64[] =
        call.Spend(int64 (Shape.size operand.Tensor.Shape))
        known call what operand |> Array.map (whole call what)

    /// A result rounded towards 0, at least one limit and below another. It must depend on constants only, since no network
    /// computes with integers.
    let truncated (call: NodeCall) (lowest: float, above: float) (x: Tensor) : Operand =
        if
            call.Operands
            |> List.choose id
            |> List.exists (fun operand -> not operand.IsKnown)
        then
            refuse call "the values to be truncated to integers must be constant, but depend on the input."

        let whole value =
            match System.Math.Truncate(value: float) with
            | whole when whole >= lowest && whole < above -> whole
            | _ -> refuse call $"{value} is out of range for the type of its result."

        Reference.value x
        |> Array.map whole
        |> Tensor.constant x.Shape
        |> Operand.ofKind Whole

    /// The range of 64-bit integers.
    let wholeRange = -(2.0 ** 63.0), 2.0 ** 63.0

    // lists of integers are about axes, and no tensor has this many
    let private longest = 1024

    /// The same as a list: there are only a few, since they are about axes.
    let wholes (call: NodeCall) (what: string) (operand: Operand) : int64 list =
        let count = Shape.size operand.Tensor.Shape

        if count > longest then
            refuse call $"its {what} are {count} numbers, more than a tensor can have axes."

        known call what operand |> Seq.map (whole call what) |> List.ofSeq

    /// An axis counted from the front, in a tensor of a given rank.
    let axis (call: NodeCall) (rank: int) (axis: int64) : int =
        let fromFront = if axis < 0L then axis + int64 rank else axis

        if fromFront < 0L || fromFront >= int64 rank then
            refuse call $"there is no axis {axis} in a tensor with {rank} axes."

        int fromFront

    /// The axis that the attribute "axis" names.
    let axisOf (call: NodeCall) (rank: int) (standard: int) : int =
        axis call rank (int64 (integer call "axis" standard))

    /// An operator's list of integers: an operand since some version, an attribute before.
    let list (call: NodeCall) (index: int) (name: string) : int64 list option =
        match optional call index, integers call name with
        | Some operand, _ -> Some(wholes call name operand)
        | None, attribute -> attribute
