namespace Hybrid.Core

open System
open System.Globalization

/// What is known of a network when the lecture's advice is held against it.
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
        /// On the examples that the units were seen on.
        Training: Measures
        /// On examples that were held out from the training, if there are any.
        HeldOut: Measures option
    }

/// Something that the lecture warns of, and that is there.
type Finding =
    {
        /// "dead-units", …: the name of its rule.
        Kind: string
        /// From 1; none where it is about the whole network or its data.
        Layer: int option
        /// What was measured.
        Value: float
        /// What would have been well.
        Threshold: float
        /// What was found, with its number.
        Found: string
        /// The lecture's advice, in short.
        Says: string
        /// What to try.
        Advice: string
    }

/// One piece of advice: what it looks for, and what it says where it finds it.
[<NoComparison; ReferenceEquality>]
type Rule =
    {
        Kind: string
        /// The lecture's advice, in short.
        Says: string
        /// Where the examination goes against it: layer, number, threshold, what was found and what to try.
        Look: Examination -> (int option * float * float * string * string) list
    }

/// What rules are made of.
module Rule =
    /// A share as text: 12.5 %.
    let percent (share: float) =
        (100.0 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %"

    /// A number of three digits, as text.
    let number (value: float) =
        value.ToString("G3", CultureInfo.InvariantCulture)

    /// Accuracy or R², with its name.
    let quality (measures: Measures) : string * float =
        match measures.Quality with
        | Classified(accuracy, _) -> "accuracy", accuracy
        | Estimated(_, _, r2) -> "R²", r2

    /// What is known of the hidden layers.
    let hidden (examination: Examination) : LayerUnits list =
        examination.Units.Layers |> List.filter _.IsHidden

    /// Whether there is a number anywhere that is not finite: counts and lengths then say nothing.
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

    /// Lower rates, where it is known that the rate is above the optimizer's usual one.
    let lowerRate (examination: Examination) : string =
        match examination.Trained with
        | Some(optimizer, rate) when rate > optimizer.DefaultRate ->
            $"a lower learning rate: it was {number rate}, and {number optimizer.DefaultRate} is usual for "
            + optimizer.Name
        | Some(_, rate) -> $"a learning rate below {number rate}"
        | None -> "a lower learning rate"
