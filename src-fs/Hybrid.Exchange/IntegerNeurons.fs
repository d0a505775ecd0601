namespace Hybrid.Exchange

open Hybrid.Core

/// Neurons of integers in a graph whose products are those of integers.
module internal IntegerNeurons =
    /// What a quantized product and its scale were made of.
    [<NoComparison; ReferenceEquality>]
    type private Found =
        {
            Input: QuantizedRange
            /// [inputs; outputs].
            Columns: Tensor
            Steps: float[]
        }

    let private attribute name (node: OnnxNode) =
        node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    /// Whether a node rounds to int8, rather than to uint8; none if it rounds to integers of more than 8 bits.
    let private isSigned (quantize: OnnxNode) : bool option =
        match attribute "output_dtype" quantize with
        | Some(OnnxAttribute.Integer 3L) -> Some true
        | None
        | Some(OnnxAttribute.Integer 2L) -> Some false
        | _ -> None

    let private product (pieces: Pieces) (input: string) quantize product scale : Found option =
        let known name =
            match pieces.Constants.TryGetValue name with
            | true, operand -> Some(Reference.value operand.Tensor)
            | _ -> None

        let isWhole least most x = x >= least && x <= most && x = floor x

        let zeros name =
            if name = "" then Some [| 0.0 |] else known name

        let named name =
            match scale.Operator, attribute name scale with
            | "Mul", Some(OnnxAttribute.Text text) -> Some text
            | _ -> None

        match
            quantize, product, named IntegerProducts.StepsAttribute, named IntegerProducts.StepAttribute
        with
        | {
              Operator = "QuantizeLinear"
              Inputs = x :: step :: zero
          },
          {
              Operator = "MatMulInteger"
              Inputs = [ _; weight; inputZero; weightZero ]
          },
          Some steps,
          Some own when x = input ->
            let zero = zeros (List.tryHead zero |> Option.defaultValue "")

            match known step, zero, known weight, known steps, isSigned quantize with
            | Some [| step |], Some [| zero |], Some weights, Some steps, Some isSigned when
                step > 0.0
                // numbers may be scaled back otherwise than they were
                && known own = Some [| step |]
                && zeros inputZero = Some [| zero |]
                && zeros weightZero |> Option.exists (Array.forall ((=) 0.0))
                && isWhole 0.0 255.0 (if isSigned then zero + 128.0 else zero)
                && weights |> Array.forall (isWhole -128.0 127.0)
                ->
                Some
                    {
                        Input =
                            {
                                Step = float32 step
                                Zero = int zero
                                IsSigned = isSigned
                            }
                        Columns = pieces.Constants[weight].Tensor
                        Steps = steps
                    }
            | _ -> None
        | _ -> None

    /// The neurons that the nodes of a segment are.
    let find (pieces: Pieces) (segment: Segment) : QuantizedLinear option =
        let found, biases =
            match segment.Nodes with
            | quantize :: integers :: { Operator = "Cast" } :: scale :: rest ->
                let sums = scale.Outputs.Head

                let biases =
                    match rest with
                    | [] -> Some []
                    | [ {
                            Operator = "Add" | "Sum"
                            Inputs = terms
                        } ] when terms |> List.filter ((=) sums) |> List.length = 1 ->
                        Some(List.except [ sums ] terms)
                    | _ -> None

                product pieces segment.Input quantize integers scale, biases
            | _ -> None, None

        match found, biases with
        | Some found, Some biases when
            found.Columns.Shape.Length = 2
            && List.forall pieces.Constants.ContainsKey biases
            ->
            let outputs = found.Columns.Shape[1]

            let single (x: Tensor) =
                Tensor.single x.Shape (Reference.value x |> Array.map float32)

            let biases = biases |> List.map (fun name -> pieces.Constants[name].Tensor)

            if
                (found.Steps.Length = 1 || found.Steps.Length = outputs)
                && biases.Length <= 1
                && biases
                   |> List.forall (fun bias -> bias.Shape = [ outputs ] || bias.Shape = [ 1; outputs ])
            then
                Some
                    {
                        Input = found.Input
                        Integers = single (Tensor.transpose found.Columns)
                        Steps =
                            Array.init outputs (fun i ->
                                float32 found.Steps[if found.Steps.Length = 1 then 0 else i])
                        Biases = biases |> List.tryHead |> Option.map (Tensor.reshape [ outputs ] >> single)
                    }
            else
                None
        | _ -> None
