namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// <summary>How far a model with integers of 8 bits is from the one that it was made of.</summary>
[<CompiledName("FSharpInt8Comparison"); NoComparison; ReferenceEquality>]
type Int8Comparison =
    {
        /// Loss and quality of the model, with normalizations as parts of the layers before them.
        Before: Measures
        /// Loss and quality of the model with integers.
        After: Measures
        /// The largest distance between the outputs of the two, before a final function of probabilities, that was measured.
        Measured: float
        /// The largest distance between these outputs for any input within the ranges of the columns, without missing values, proved for
        /// float32 on any engine of Hybrid and number of threads; infinite where there is no bound, as after an overflow, or where it
        /// would take longer than half a minute.
        Proved: float
        /// The number of rows that were asked whether both models have the same class.
        Rows: int
        /// The number of these of which that is proved, for any engine; none where classes are not predicted, or no row was asked.
        Same: int option
    }

/// <summary>Models whose dense layers compute with integers of 8 bits: weights, a step for each neuron, and what comes to them, rounded
/// to 255 or 256 steps of the range that it has on examples.</summary>
module Int8 =
    let private fail message = raise (HybridException message)

    /// Whether a layer, or one within it, has neurons of integers.
    let rec private isQuantized (layer: Layer) : bool =
        match layer.Form, Layer.parts layer with
        | Quantized _, _ -> true
        | _, Some(_, parts) -> parts |> List.concat |> List.exists isQuantized
        | _ -> false

    /// Whether a network has neurons of integers, which cannot be trained.
    let internal isOf (network: Network) : bool =
        network.Layers |> List.exists isQuantized

    /// What is said of such a network when it is to be trained.
    [<Literal>]
    let internal NotTrained =
        "has weights of 8 bits, integers that training cannot change: train the model that it was converted from, and convert it again"

    /// <summary>The layers of neurons of a model that have integers for their weights, and the kinds of layers that have other
    /// ones.</summary>
    let layers (model: Model) : int * string list =
        let integers, others = model.Network.Layers |> List.partition isQuantized

        integers.Length,
        others
        |> List.filter (fun layer -> not layer.Parameters.IsEmpty)
        |> List.map _.Kind

    /// From rows to the least and the greatest number that comes to each dense layer.
    let private ranges (network: Network) : Network =
        let names = Network.parameters network

        let forward (parameters: Tensor list) (x: Tensor) =
            let values = Map.ofList (List.zip (List.map fst names) parameters)
            let rows = x.Shape.Head
            let extremes = Collections.Generic.List<Tensor>()

            (x, List.indexed network.Layers)
            ||> List.fold (fun x (i, layer) ->
                if Layer.isAffine layer then
                    let numbers = Tensor.reshape [ rows; Shape.size x.Shape / rows ] x
                    extremes.Add(Tensor.reshape [ rows; 1 ] -(Tensor.max 1 -numbers))
                    extremes.Add(Tensor.reshape [ rows; 1 ] (Tensor.max 1 numbers))

                let own =
                    layer.Parameters
                    |> List.map (fun (name, _) -> values[Network.parameterName i name])

                layer.Forward own x)
            |> ignore

            Tensor.concat 1 (List.ofSeq extremes)

        Network.ofLayer (Layer.deterministic "ranges" names forward)

    /// <summary>The model with integers of 8 bits in its dense layers. Preprocessing, and layers of other kinds, stay as they are.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">What comes to each layer for these has a range, beyond which it is limited.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">It has no dense layers, or has integers already; or there are no examples.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">What comes to a layer is NaN or infinite.</exception>
    let convert (engine: Engine) (examples: Examples) (model: Model) : Model =
        let network = BatchNormalization.folded model.Network

        if isOf network then
            fail "The model has integers of 8 bits already. Convert the model that it was made of."

        if not (network.Layers |> List.exists Layer.isAffine) then
            fail
                "The model has no dense layer, the only kind that can have integers of 8 bits: its file would not become smaller."

        if examples.Count = 0 then
            fail "There are no examples to find the ranges of the layers with."

        let observer = Inference.create engine (ranges network) model.Inputs
        let least = Array.create observer.Outputs Single.PositiveInfinity
        let most = Array.create observer.Outputs Single.NegativeInfinity

        Inference.each observer examples (fun _ outputs ->
            outputs
            |> Array.iteri (fun i value ->
                let j = i % observer.Outputs
                least[j] <- min least[j] value
                most[j] <- max most[j] value))

        let quantize found (layer: Layer) =
            match Linear.ofLayer layer with
            | Some linear ->
                let input = QuantizedRange.covering least[2 * found] most[2 * found + 1]
                Layer.quantized (QuantizedLinear.ofWeights input linear.Weight linear.Bias), found + 1
            | None -> layer, found

        { model with
            Network =
                {
                    Layers = List.mapFold quantize 0 network.Layers |> fst
                }
            // calibrated on what the model returned
            Conformal = []
        }

    /// The smallest box that contains the examples, of which missing numbers are not part.
    let private box (examples: Examples) : Interval[] =
        let least = Array.create examples.Width Single.PositiveInfinity
        let most = Array.create examples.Width Single.NegativeInfinity

        for row in examples.Rows do
            for j in 0 .. examples.Width - 1 do
                let x = examples.Features[row * examples.Width + j]

                if not (Single.IsNaN x) then
                    least[j] <- min least[j] x
                    most[j] <- max most[j] x

        Array.map2
            (fun least most ->
                if least > most then
                    Interval.exactly 0.0
                else
                    {
                        Lower = float least
                        Upper = float most
                    })
            least
            most

    /// How many rows are asked whether their class stays, in about half a minute: at most a thousand, and none where even one would take
    /// longer. A product in dense layers takes a nanosecond or few, and much longer in others, whose rounding is read from their graphs.
    let private rowsFor (inputs: int) (network: Network) : int =
        let cost =
            List.zip network.Layers (Summary.ofNetwork inputs network).Layers
            |> List.sumBy (fun (layer, summary) ->
                (if Layer.isAffine layer then 10.0 else 1000.0) * float summary.MultiplyAdds)

        int (min 1000.0 (3e10 / max 1.0 cost))

    /// <summary>Compares a model with the one of integers that was made of it.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="calibration">The examples that the ranges were found with.</param>
    /// <param name="examples">The examples to compare on. Whether the class stays is asked of the first thousand, or of fewer
    /// where that takes long.</param>
    /// <param name="model">The model.</param>
    /// <param name="quantized">What <c>convert</c> made of it.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    let compare
        (engine: Engine)
        (calibration: Examples)
        (examples: Examples)
        (model: Model)
        (quantized: Model)
        : Int8Comparison =
        let inMemory (examples: Examples) =
            examples.Loaded(
                LearningTask.targets (Model.task model),
                examples.Rows,
                Array.create examples.Count true
            )

        let calibration, examples = inMemory calibration, inMemory examples

        let before =
            Model.scores
                { model with
                    Network = BatchNormalization.folded model.Network
                }

        let after = Model.scores quantized

        let outputs (network: Network) =
            (Inference.create engine network model.Inputs).Run examples

        let measured =
            Array.fold2
                (fun most (a: float32) (b: float32) -> max most (abs (float a - float b)))
                0.0
                (outputs before)
                (outputs after)

        let twins = NetworkTwins(model.Inputs, before, after)

        // the rounding of a layer may be unknown
        let attempt (prove: unit -> 'a) : 'a option =
            try
                Some(prove ())
            with :? HybridException ->
                None

        let rows = examples.Rows |> Array.truncate (rowsFor model.Inputs before)

        let proved =
            if rows.Length = 0 then
                None
            else
                attempt (fun () ->
                    let ranges = Array.map2 Interval.hull (box calibration) (box examples)
                    twins.Through ranges |> Twins.distances |> Array.max)

        // a sigmoid makes large scores equal
        let deciding =
            if Model.ending model = Ending.Sigmoid then
                NetworkTwins(model.Inputs, BatchNormalization.folded model.Network, quantized.Network)
            else
                twins

        let isSame row =
            let x = Array.sub examples.Features (row * examples.Width) examples.Width

            not (Array.exists Single.IsNaN x)
            && (x |> Array.map (float >> Interval.exactly) |> deciding.Through |> Twins.winner).IsSome

        let same =
            match proved with
            | _ when model.Schema.Classes.IsNone || rows.Length = 0 -> None
            | Some _ -> Some(rows |> Array.Parallel.map isSame |> Array.sumBy Convert.ToInt32)
            | None -> Some 0

        {
            Before = Evaluation.evaluator engine model examples
            After = Evaluation.evaluator engine quantized examples
            Measured = measured
            Proved = Option.defaultValue infinity proved
            Rows = rows.Length
            Same = same
        }
