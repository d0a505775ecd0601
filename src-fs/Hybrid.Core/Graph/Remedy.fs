namespace Hybrid

open System

/// What to do about a problem. Properties are options of the C# library, by their names there; a caller with other names for
/// them, such as the command, phrases them in its own words.
[<RequireQualifiedAccess>]
type Remedy =
    /// Set a property to a value, and why, or "" where that is plain: "LearningRate", "0.001", "usual for adam".
    | Set of Property: string * Value: string * Why: string
    /// Change a property, and how, in the imperative: "Target", "name a different column".
    | Change of Property: string * How: string
    /// An action that is not a property, in the imperative: "correct the value".
    | Do of Text: string

    /// <summary>All remedies as one sentence; "" if there are none.</summary>
    /// <param name="remedies">In the order to try.</param>
    /// <param name="name">How to write a property with this value, or the property alone where the value is null.</param>
    static member Sentence(remedies: Remedy seq, name: Func<string, string, string>) : string =
        let remedies = List.ofSeq remedies

        let phrase isFollowing remedy =
            match remedy with
            | Set(property, value, why) ->
                // one verb for consecutive values
                let verb = if isFollowing then "" else "use "
                let reason = if why = "" then "" else $" ({why})"
                verb + name.Invoke(property, value) + reason
            | Change(property, how) -> $"{how} with {name.Invoke(property, null)}"
            | Do text -> text

        let phrases =
            List.map2
                phrase
                (List.truncate
                    remedies.Length
                    (false :: List.map (fun (remedy: Remedy) -> remedy.IsSet) remedies))
                remedies

        match List.rev phrases with
        | [] -> ""
        | last :: others ->
            let sentence =
                if others.IsEmpty then
                    last
                else
                    String.Join(", ", List.rev others) + ", or " + last

            $"{Char.ToUpperInvariant sentence[0]}{sentence.Substring 1}."

    /// <summary>All remedies as one sentence, with options by the names that this library uses; "" if there are none.</summary>
    /// <param name="remedies">In the order to try.</param>
    static member Sentence(remedies: Remedy seq) : string =
        Remedy.Sentence(
            remedies,
            fun property value ->
                if isNull value then
                    property
                else
                    $"{property} = {Hybrid.Core.Printable.word value}"
        )

    /// Such as "Name one of them with Target.".
    override this.ToString() = Remedy.Sentence [ this ]

namespace Hybrid.Core

type Remedy = Hybrid.Remedy

/// The options that remedies name, as the C# library calls them.
[<RequireQualifiedAccess>]
module internal OptionName =
    [<Literal>]
    let AcceptChanges = "AcceptChanges"

    [<Literal>]
    let Activations = "Activations"

    [<Literal>]
    let BatchSize = "BatchSize"

    [<Literal>]
    let Categorical = "Categorical"

    [<Literal>]
    let ClipNorm = "ClipNorm"

    [<Literal>]
    let Curvature = "Curvature"

    [<Literal>]
    let Data = "Data"

    [<Literal>]
    let Dropout = "Dropout"

    [<Literal>]
    let Embed = "Embed"

    [<Literal>]
    let Epochs = "Epochs"

    [<Literal>]
    let Epsilon = "Epsilon"

    [<Literal>]
    let Group = "Group"

    [<Literal>]
    let Header = "Header"

    [<Literal>]
    let Hidden = "Hidden"

    [<Literal>]
    let Ignore = "Ignore"

    [<Literal>]
    let InputNoise = "InputNoise"

    [<Literal>]
    let Interval = "Interval"

    [<Literal>]
    let Keep = "Keep"

    [<Literal>]
    let L2 = "L2"

    [<Literal>]
    let Layers = "Layers"

    [<Literal>]
    let LearningRate = "LearningRate"

    [<Literal>]
    let Lipschitz = "Lipschitz"

    [<Literal>]
    let MaxNorm = "MaxNorm"

    [<Literal>]
    let OnError = "OnError"

    [<Literal>]
    let MaxoutPieces = "MaxoutPieces"

    [<Literal>]
    let Method = "Method"

    [<Literal>]
    let Missing = "Missing"

    [<Literal>]
    let Numeric = "Numeric"

    [<Literal>]
    let Optimizer = "Optimizer"

    [<Literal>]
    let Schedule = "Schedule"

    [<Literal>]
    let Target = "Target"

    [<Literal>]
    let Task = "Task"

    [<Literal>]
    let Time = "Time"

    [<Literal>]
    let Weight = "Weight"
