namespace Hybrid.Diagnostics

open System
open Hybrid.Core

/// What is known about a network when it is compared with the lecture's advice.
[<NoComparison; ReferenceEquality>]
type Examination =
    {
        Units: NetworkUnits
        /// First to last, the output layer included; empty where it was not measured.
        Flow: LayerFlow list
        /// Whether every parameter is a finite number.
        IsFinite: bool
        /// The optimizer and its learning rate, if it is known how the network was trained.
        Trained: (Optimizer * float) option
        /// On the examples that the units were observed on.
        Training: Measures
        /// On examples that were held out from the training, if there are any.
        HeldOut: Measures option
    }

/// A problem that the lecture warns about, found in this model.
type Finding =
    {
        /// "dead-units", …: the name of its rule.
        Kind: string
        /// From 1; none where it is about the whole network or its data.
        Layer: int option
        /// What was measured.
        Value: float
        /// The limit that was exceeded.
        Threshold: float
        /// What was found, with the measured value.
        Found: string
        /// The lecture's advice, in short.
        Says: string
        /// What to try, in order.
        Remedies: Remedy list
    }

/// One piece of advice: what it looks for, and what it says where it finds it.
[<NoComparison; ReferenceEquality>]
[<CompiledName("FSharpRule")>]
type Rule =
    {
        Kind: string
        /// The lecture's advice, in short.
        Says: string
        /// Where the network fails it: layer, number, threshold, what was found and what to try.
        Look: Examination -> (int option * float * float * string * Remedy list) list
    }

/// What rules are made of.
module Rule =
    /// Accuracy or R², with its name.
    let quality (measures: Measures) : string * float =
        match measures.Quality with
        | Classified(accuracy, _) -> "accuracy", accuracy
        | Estimated(_, _, r2) -> "R²", r2

    /// What is known about the hidden layers.
    let hidden (examination: Examination) : LayerUnits list =
        examination.Units.Layers |> List.filter _.IsHidden

    /// Whether any number is not finite: counts and lengths are then meaningless.
    let isFinite (examination: Examination) : bool =
        examination.IsFinite
        && Double.IsFinite examination.Training.Loss
        && examination.Units.Layers |> List.forall (fun layer -> layer.NotFinite = 0)

    /// A rule.
    let create kind says look =
        {
            Kind = kind
            Says = says
            Look = look
        }

    /// A rule that holds only while all numbers are finite.
    let finite kind says look =
        create kind says (fun examination -> if isFinite examination then look examination else [])

    /// A rule about each hidden layer.
    let eachHidden kind says look =
        finite kind says (fun examination -> hidden examination |> List.collect (look examination))

    /// The usual learning rate if this one is known to be above it, else a tenth of this one.
    let lowerRate (examination: Examination) : Remedy =
        match examination.Trained with
        | Some(optimizer, rate) when rate > optimizer.DefaultRate ->
            Remedy.Set(
                OptionName.LearningRate,
                Printable.number optimizer.DefaultRate,
                $"it was {Printable.number rate}, and {Printable.number optimizer.DefaultRate} is usual for {optimizer.Name}"
            )
        | Some(_, rate) ->
            Remedy.Set(
                OptionName.LearningRate,
                Printable.number (rate / 10.0),
                $"it was {Printable.number rate}"
            )
        | None -> Remedy.Change(OptionName.LearningRate, "lower the rate")
