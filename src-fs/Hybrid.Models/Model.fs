namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// <summary>A network with everything needed to use it: preprocessing is its first layers.</summary>
[<NoComparison; ReferenceEquality>]
type Model =
    {
        /// From raw columns, [examples; columns], to the final outputs: probabilities or scores of classes, or a quantity in
        /// its own unit.
        Network: Network
        /// The columns, and what is predicted.
        Schema: Schema
        /// What it was trained with: defined on the outputs before a final softmax, if the softmax is the loss's own.
        Loss: Loss
        /// How it was trained, if known.
        Training: TrainingRecord option
        /// Further metadata of its file, as keys and values.
        Notes: (string * string) list
    }

    /// The number of raw columns per example.
    member this.Inputs = this.Schema.Columns.Length

module Model =
    /// The version of ONNX's operators that files are written in.
    [<Literal>]
    let Opset = 17

    /// The program that files name as their producer.
    [<Literal>]
    let Producer = "hybrid"

    /// A model without further information.
    let create (network: Network) (schema: Schema) (loss: Loss) : Model =
        {
            Network = network
            Schema = schema
            Loss = loss
            Training = None
            Notes = []
        }

    /// A model's metadata in a file, as keys and values.
    let texts (model: Model) : (string * string) list =
        (model.Training |> Option.map TrainingRecord.toTexts |> Option.defaultValue [])
        @ model.Notes

    /// The model with a file's metadata.
    let withTexts (texts: (string * string) list) (model: Model) : Model =
        let record, notes = TrainingRecord.ofTexts texts

        { model with
            Training = record
            Notes = notes
        }

    /// The task, as training sees it.
    let task (model: Model) : LearningTask =
        match model.Schema.Classes with
        | Some names -> LearningTask.Classification names.Length
        | None -> LearningTask.Regression 1

    /// What the outputs are.
    let internal ending (model: Model) : Ending =
        Ending.ofNetwork model.Inputs model.Network

    /// What the outputs are called in a file: probabilities, log-probabilities, scores, or output for a quantity.
    let outputName (model: Model) : string =
        match model.Schema.Classes, lazy (ending model) with
        | None, _ -> "output"
        | Some _, Lazy(Ending.Softmax | Ending.Sigmoid) -> "probabilities"
        | Some _, Lazy Ending.LogSoftmax -> "log-probabilities"
        | Some _, _ -> "scores"

    /// The network without a final function of probabilities: the outputs that the loss is defined on.
    let scores (model: Model) : Network =
        if model.Schema.Classes.IsNone || model.Loss <> Loss.softmax then
            model.Network
        elif ending model = Ending.Sigmoid then
            Network.withoutLast model.Network
        else
            Ending.scores model.Inputs model.Network

    /// Rows that were read for a model with their targets, as a table.
    let table (model: Model) (rows: TableRows) : Table =
        { Table.create
              rows.Source
              model.Schema.Columns
              rows.Features
              model.Schema.TargetName
              rows.Target.Value with
            Reading = model.Schema.Reading
            Notes = rows.Notes
        }

    /// <summary>A table's examples as the model takes them: its columns, in its order, and its classes.</summary>
    /// <exception cref="T:Hybrid.TableException">The columns or the classes are not those of the model.</exception>
    let examples (model: Model) (table: Table) : Examples =
        let rows = Table.forSchema model.Schema table
        Examples.all model.Inputs rows.Features (Target.numbers rows.Target.Value)

    /// <summary>The number of outputs of a network per example.</summary>
    /// <param name="inputs">The number of its inputs.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    /// <exception cref="T:Hybrid.HybridException">It does not return one row per example.</exception>
    let internal outputs (inputs: int) (network: Network) : int =
        // more than one, to detect an output without one row per example
        match (Network.forward network (Tensor.input "x" [ 2; inputs ])).Shape with
        | 2 :: extent :: others -> List.fold (fun product extent -> Checked.(*) product extent) extent others
        | shape ->
            let shown = shape |> List.map string |> String.concat ", "

            raise (
                HybridException
                    $"The network returns a tensor of shape [{shown}] for 2 examples, not one row per example."
            )
