namespace Hybrid.Exchange

open Hybrid.Core

/// Neurons of integers in a graph whose products are those of integers.
module internal IntegerNeurons =
    let private attribute name (node: OnnxNode) =
        node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    /// Whether a node rounds to int8, rather than to uint8; none if it rounds to integers of more than 8 bits.
    let private isSigned (quantize: OnnxNode) : bool option =
        match attribute "output_dtype" quantize with
        | Some(OnnxAttribute.Integer 3L) -> Some true
        | None
        | Some(OnnxAttribute.Integer 2L) -> Some false
        | _ -> None

    let private known (pieces: Pieces) name =
        match pieces.Constants.TryGetValue name with
        | true, operand -> Some(Reference.value operand.Tensor)
        | _ -> None

    let private isWhole least most (x: float) = x >= least && x <= most && x = floor x

    /// The numbers of a zero, which may be left out.
    let private zeros pieces name =
        if name = "" then Some [| 0.0 |] else known pieces name

    /// What a node rounds to, if the zero that is subtracted after it is its own.
    let private range
        pieces
        (input: string)
        (quantize: OnnxNode)
        (subtracted: string)
        : QuantizedRange option =
        match quantize with
        | {
              Operator = "QuantizeLinear"
              Inputs = x :: step :: zero
          } when x = input ->
            let zero = zeros pieces (List.tryHead zero |> Option.defaultValue "")

            match known pieces step, zero, isSigned quantize with
            | Some [| step |], Some [| zero |], Some isSigned when
                step > 0.0
                && zeros pieces subtracted = Some [| zero |]
                && isWhole 0.0 255.0 (if isSigned then zero + 128.0 else zero)
                ->
                Some
                    {
                        Step = float32 step
                        Zero = int zero
                        IsSigned = isSigned
                    }
            | _ -> None
        | _ -> None

    /// The steps of neurons, by the node that multiplies their sums of integers that stand for numbers in such a range.
    let private steps pieces (range: QuantizedRange) (outputs: int) (scale: OnnxNode) : float32[] option =
        let named name =
            match scale.Operator, attribute name scale with
            | "Mul", Some(OnnxAttribute.Text text) -> known pieces text
            | _ -> None

        match named IntegerProducts.StepsAttribute, named IntegerProducts.StepAttribute with
        // numbers may be scaled back otherwise than they were
        | Some steps, Some [| own |] when
            float32 own = range.Step && (steps.Length = 1 || steps.Length = outputs)
            ->
            Some(Array.init outputs (fun i -> float32 steps[if steps.Length = 1 then 0 else i]))
        | _ -> None

    /// The biases of such a shape, if there are any, that the nodes after sums and their scale add.
    let private biases (pieces: Pieces) (shape: Shape) (sums: string) (rest: OnnxNode list) =
        match rest with
        | [] -> Some None
        | [ {
                Operator = "Add" | "Sum"
                Inputs = terms
            } ] when terms |> List.filter ((=) sums) |> List.length = 1 ->
            match List.except [ sums ] terms with
            | [] -> Some None
            | [ bias ] when pieces.Constants.ContainsKey bias ->
                let bias = pieces.Constants[bias].Tensor

                if bias.Shape = shape || bias.Shape = 1 :: shape then
                    Some(Some bias)
                else
                    None
            | _ -> None
        | _ -> None

    let private single (x: Tensor) =
        Tensor.single x.Shape (Reference.value x |> Array.map float32)

    let private neurons pieces range (shape: Shape) weights (scale: OnnxNode) rest : QuantizedNeurons option =
        let outputs = shape.Head

        match steps pieces range outputs scale, biases pieces shape scale.Outputs.Head rest with
        | Some steps, Some bias ->
            Some
                {
                    Input = range
                    Weights = weights
                    Steps = steps
                    Biases = bias |> Option.map (Tensor.reshape [ outputs ] >> single)
                }
        | _ -> None

    /// Weights of 8 bits.
    let private weights (pieces: Pieces) (name: string) : Tensor option =
        match known pieces name with
        | Some values when Array.forall (isWhole -128.0 127.0) values -> Some pieces.Constants[name].Tensor
        | _ -> None

    let private dense (pieces: Pieces) (segment: Segment) : QuantizedNeurons option =
        match segment.Nodes with
        | quantize :: {
                          Operator = "MatMulInteger"
                          Inputs = [ _; weight; inputZero; weightZero ]
                      } :: { Operator = "Cast" } :: scale :: rest when
            zeros pieces weightZero |> Option.exists (Array.forall ((=) 0.0))
            ->
            match range pieces segment.Input quantize inputZero, weights pieces weight with
            | Some range, Some weight when weight.Shape.Length = 2 ->
                let integers = single (Tensor.transpose weight)
                neurons pieces range [ integers.Shape.Head ] (IntegerWeights.Dense integers) scale rest
            | _ -> None
        | _ -> None

    let private windows (pieces: Pieces) (segment: Segment) : QuantizedNeurons option =
        let found rank (nodes: OnnxNode list) =
            let order, inner = ConvolutionNodes.withoutTransposes rank nodes

            let input =
                if order.TakesFirst then
                    segment.Input
                else
                    nodes.Head.Outputs.Head

            match inner with
            | quantize :: {
                              Operator = "Sub"
                              Inputs = [ _; zero ]
                          } :: { Operator = "Cast" } :: conv :: scale :: rest ->
                range pieces input quantize zero
                |> Option.map (fun range -> order, range, conv, scale, rest)
            | quantize :: { Operator = "Cast" } :: conv :: scale :: rest ->
                range pieces input quantize ""
                |> Option.map (fun range -> order, range, conv, scale, rest)
            | _ -> None

        match
            ConvolutionNodes.tryConv pieces segment.Nodes
            |> Option.bind (fun (_, rank) -> found rank segment.Nodes)
        with
        | Some(order, range, ({ Inputs = [ _; name ] } as conv), scale, rest) ->
            match
                weights pieces name
                |> Option.bind (fun weight -> ConvolutionNodes.ofNode conv weight None)
            with
            | Some convolution ->
                let shape = convolution.Weight.Shape
                let channels = shape.Head :: List.replicate (shape.Length - 2) 1
                neurons pieces range channels (IntegerWeights.Windows(convolution, order)) scale rest
            | None -> None
        | _ -> None

    /// The neurons that the nodes of a segment are.
    let find (pieces: Pieces) (segment: Segment) : QuantizedNeurons option =
        dense pieces segment |> Option.orElseWith (fun () -> windows pieces segment)
