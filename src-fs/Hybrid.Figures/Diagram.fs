namespace Hybrid.Figures

open System
open Hybrid.Core

/// A layer of neurons, and the connections that lead to it.
type DiagramLayer =
    {
        /// Text below the layer, such as "6 tanh".
        Caption: string
        Neurons: int
        /// [neurons; inputs], one neuron per row; None draws all connections alike.
        Weights: float[,] option
    }

/// A feed-forward network: neurons as circles, weights as lines between neighbouring layers.
type Diagram =
    {
        Title: string
        Inputs: int
        Layers: DiagramLayer list
    }

module Diagram =
    let private caption (last: int) (index: int) (neurons: int) =
        match index = last, neurons with
        | false, _ -> $"{neurons} hidden"
        | true, 1 -> "1 output"
        | true, _ -> $"{neurons} outputs"

    let private create title inputs (layers: (int * float[,] option) list) : Diagram =
        {
            Title = title
            Inputs = inputs
            Layers =
                layers
                |> List.mapi (fun index (neurons, weights) ->
                    {
                        Caption = caption (layers.Length - 1) index neurons
                        Neurons = neurons
                        Weights = weights
                    })
        }

    let private fail title message =
        raise (FigureException($"diagram {Printable.quote title}", message))

    /// <summary>A network of these sizes, the number of inputs first.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are no sizes.</exception>
    let ofSizes (title: string) (sizes: int list) : Diagram =
        match sizes with
        | inputs :: layers -> create title inputs (layers |> List.map (fun neurons -> neurons, None))
        | [] ->
            fail title "no layer sizes were given. Give the number of inputs, and of neurons in each layer."

    /// <summary>A network with these weights: one matrix [neurons; inputs] per layer.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are no weights.</exception>
    let ofWeights (title: string) (weights: float[,] list) : Diagram =
        match weights with
        | first :: _ ->
            weights
            |> List.map (fun matrix -> Array2D.length1 matrix, Some matrix)
            |> create title (Array2D.length2 first)
        | [] -> fail title "no weights were given. Give one matrix per layer."

    let private matrix (weight: Tensor) : float[,] =
        let values = Reference.value weight

        Array2D.init weight.Shape[0] weight.Shape[1] (fun row column ->
            values[row * weight.Shape[1] + column])

    /// <summary>The layers of neurons of a network, with the names of the activations that follow them.</summary>
    /// <param name="title">The title above the diagram; empty for none.</param>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="network">Linear layers show their weights; the connections of others are drawn alike.</param>
    /// <exception cref="T:Hybrid.ShapeMismatchException">A layer cannot take the output of the one before it.</exception>
    let ofNetwork (title: string) (inputs: int) (network: Network) : Diagram =
        let described = List.zip (Summary.ofNetwork inputs network).Layers network.Layers

        let rec layers rest =
            match rest with
            | (summary: LayerSummary, layer: Layer) :: rest when summary.Neurons > 0 ->
                let after = rest |> List.takeWhile (fun (summary, _) -> summary.Neurons = 0)
                let names = after |> List.map (fun (summary, _) -> summary.Kind)

                {
                    Caption = String.concat " " (string summary.Neurons :: names)
                    Neurons = summary.Neurons
                    Weights =
                        match layer.Parameters with
                        | (_, weight) :: _ when Layer.isAffine layer -> Some(matrix weight)
                        | _ -> None
                }
                :: layers rest
            | _ :: rest -> layers rest
            | [] -> []

        {
            Title = title
            Inputs = inputs
            Layers = layers described
        }

    let private check (diagram: Diagram) =
        if
            diagram.Inputs < 1
            || diagram.Layers |> List.exists (fun layer -> layer.Neurons < 1)
        then
            fail diagram.Title "a layer has no neurons. Give each layer at least one."

        (diagram.Inputs, diagram.Layers)
        ||> List.fold (fun inputs layer ->
            match layer.Weights with
            | Some weights when Array2D.length1 weights <> layer.Neurons || Array2D.length2 weights <> inputs ->
                fail
                    diagram.Title
                    $"the weights to {Printable.quote layer.Caption} are [{Array2D.length1 weights}; {Array2D.length2 weights}]. Give [{layer.Neurons}; {inputs}], one neuron per row."
            | _ -> layer.Neurons)
        |> ignore

    let private distance = 190.0
    let private margin = 60.0

    let private legend (width: float) (weights: float seq) =
        let sign name colour =
            name, [ Svg.line $"sample {Style.className colour}" 3.0 2.0 7.0 26.0 7.0 ]

        if Seq.isEmpty weights then
            [], 0.0, 0.0
        else
            [
                sign "positive weight" Neurons.positive
                sign "negative weight" Neurons.negative
            ]
            |> Legend.create width

    /// <summary>The diagram as a figure. Where weights are known, the arrows of positive (excitatory) ones are red and those of
    /// negative (inhibitory) ones blue, and their widths are proportional to the weights, up to the largest one.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">A layer is empty, or weights do not match their layers.</exception>
    let draw (diagram: Diagram) : Figure =
        check diagram

        let sizes = diagram.Inputs :: (diagram.Layers |> List.map _.Neurons)
        let height = sizes |> List.map Neurons.height |> List.max
        let width = 2.0 * margin + distance * float diagram.Layers.Length
        let left index = margin + distance * float index

        let columns =
            sizes
            |> List.mapi (fun index size ->
                Neurons.places size
                |> List.map (fun (neuron, y) ->
                    neuron, ((left index, height / 2.0 + y), Neurons.radius size)))

        let weights =
            diagram.Layers
            |> List.choose _.Weights
            |> Seq.collect Seq.cast<float>
            |> Seq.filter Double.IsFinite

        let largest = weights |> Seq.map Math.Abs |> Seq.fold max 0.0

        let connections =
            List.zip (List.pairwise columns) diagram.Layers
            |> List.collect (fun ((before, after), layer) ->
                let weight row column =
                    layer.Weights |> Option.map (fun weights -> weights[row, column])

                [
                    for row, target in after do
                        for column, source in before ->
                            Neurons.connection largest (weight row column) source target
                ])

        let neurons =
            columns
            |> List.collect (List.map (fun (_, (centre, radius)) -> Neurons.neuron radius centre))

        let gaps =
            sizes
            |> List.indexed
            |> List.filter (snd >> Neurons.isCut)
            |> List.map (fun (index, _) ->
                Style.text "ellipsis ink" 20.0 "middle" (left index) (height / 2.0 + 7.0) "⋮")

        let inputs =
            if diagram.Inputs = 1 then
                "1 input"
            else
                $"{diagram.Inputs} inputs"

        let captions =
            inputs :: (diagram.Layers |> List.map _.Caption)
            |> List.mapi (fun index caption ->
                Style.wrap Style.labelSize (distance - 20.0) caption
                |> Style.lines "caption ink" Style.labelSize "middle" (left index) (height + 46.0))

        let legend, legendWidth, legendHeight = legend (width - 28.0) weights
        let title = Style.wrap Style.titleSize (width - 28.0) diagram.Title
        let titleHeight = Style.linesHeight Style.titleSize title
        let top = 14.0 + titleHeight + legendHeight + 26.0
        let captionHeight = captions |> List.map List.length |> List.max |> float

        {
            Title = diagram.Title
            Width =
                28.0
                + (width - 28.0 |> max legendWidth |> max (Style.linesWidth Style.titleSize title))
            Height = top + height + 40.0 + 19.0 * captionHeight
            Top = top
            Content =
                Style.lines "title ink" Style.titleSize "start" 14.0 29.0 title
                @ [
                    Svg.moved "head" 14.0 (14.0 + titleHeight) legend
                    Svg.moved
                        "diagram"
                        0.0
                        top
                        (Neurons.connections connections
                         :: Svg.group "neurons" (neurons @ gaps)
                         :: List.concat captions)
                ]
        }
