namespace Hybrid.Core

open System.Globalization

/// Values on one line, for F# Interactive and notebooks.
module Preview =
    let private shownNumbers = 8

    /// The maximum number of elements computed only for display.
    let private mostElements = 100_000L

    let private isInput (x: Tensor) =
        match x.Node with
        | Input _ -> true
        | Constant _
        | Apply _ -> false

    let private elements (nodes: Tensor[]) =
        nodes |> Array.sumBy (fun node -> int64 (Shape.size node.Shape))

    let private text (shape: Shape) (numbers: float seq) =
        let shown =
            numbers
            |> Seq.truncate shownNumbers
            |> Seq.map _.ToString("G4", CultureInfo.InvariantCulture)
            |> String.concat ", "

        let rest = if Shape.size shape > shownNumbers then ", …" else ""
        $"{Printable.integers shape} {shown}{rest}"

    /// <summary>A tensor's shape and its first eight numbers, such as "[2; 2] 1, 0.5, 0, -3".</summary>
    /// <returns>If the tensor needs inputs, or more than 100,000 elements would have to be computed, the shape and the name of
    /// its operation; never an error or a long wait.</returns>
    let ofTensor (x: Tensor) : string =
        match x.Node with
        // only what is shown is made float64
        | Constant(Single numbers) -> text x.Shape (Seq.map float numbers)
        | Constant(Double numbers) -> text x.Shape numbers
        | Constant(Halved bits) -> text x.Shape (Seq.map (BFloat16.toSingle >> float) bits)
        | Input name -> $"{Printable.integers x.Shape} input {name}"
        | Apply(primitive, _) ->
            let nodes = Graph.order [ x ]

            if Array.exists isInput nodes then
                $"{Printable.integers x.Shape} {primitive.Name} of inputs"
            elif elements nodes > mostElements then
                $"{Printable.integers x.Shape} {primitive.Name}, not computed"
            else
                text x.Shape (Reference.value x)

    /// A network's layers and its size, such as "linear → relu → linear, 26 parameters".
    let ofNetwork (network: Network) : string =
        let kinds = network.Layers |> List.map _.Kind |> String.concat " → "
        $"{kinds}, {Network.parameterCount network} parameters"
