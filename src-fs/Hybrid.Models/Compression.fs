namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// <summary>How far a compressed model is from the one that it was made of.</summary>
[<CompiledName("FSharpCompressionComparison"); NoComparison; ReferenceEquality>]
type CompressionComparison =
    {
        /// Loss and quality of the model, with normalizations as parts of the layers before them.
        Before: Measures
        /// Loss and quality of the compressed model.
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

/// <summary>Models with smaller weights, and what that costs: Int8 and BFloat16 make them.</summary>
module Compression =
    let private isCompressed (layer: Layer) : bool =
        Int8.isQuantized layer || BFloat16.isHalved layer

    /// <summary>The number of layers of a model whose weights are compressed, and the kinds of the other layers that have
    /// weights.</summary>
    let layers (model: Model) : int * string list =
        let compressed, others = model.Network.Layers |> List.partition isCompressed

        compressed.Length,
        others
        |> List.filter (fun layer -> not layer.Parameters.IsEmpty)
        |> List.map _.Kind

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
    /// longer. A product in compressed layers takes a nanosecond or few, and much longer in others, whose rounding is read from their graphs.
    let private rowsFor (inputs: int) (network: Network) (compressed: Network) : int =
        let cost =
            List.zip compressed.Layers (Summary.ofNetwork inputs network).Layers
            |> List.sumBy (fun (layer, summary) ->
                (if isCompressed layer then 10.0 else 1000.0) * float summary.MultiplyAdds)

        int (min 1000.0 (3e10 / max 1.0 cost))

    /// <summary>Compares a model with a compressed one that was made of it.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="calibration">Those of these examples, and of the others, are the ranges of the columns.</param>
    /// <param name="examples">The examples to compare on. Whether the class stays is asked of the first thousand, or of fewer
    /// where that takes long.</param>
    /// <param name="model">The model.</param>
    /// <param name="compressed">What <c>Int8.convert</c> or <c>BFloat16.convert</c> made of it.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    let compare
        (engine: Engine)
        (calibration: Examples)
        (examples: Examples)
        (model: Model)
        (compressed: Model)
        : CompressionComparison =
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

        let after = Model.scores compressed

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

        let rows = examples.Rows |> Array.truncate (rowsFor model.Inputs before after)

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
                NetworkTwins(model.Inputs, BatchNormalization.folded model.Network, compressed.Network)
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
            After = Evaluation.evaluator engine compressed examples
            Measured = measured
            Proved = Option.defaultValue infinity proved
            Rows = rows.Length
            Same = same
        }
