namespace Hybrid

open System

/// What to do about a problem. A property is one of the options of the C# library, by its name there: who calls them by
/// other names, as a command does, says them in its own words.
[<RequireQualifiedAccess>]
type Remedy =
    /// Give a property a value; why, or "" where it is plain: "LearningRate", "0.001", "usual for adam".
    | Set of Property: string * Value: string * Why: string
    /// Change a property; how, in the imperative: "Target", "name another column".
    | Change of Property: string * How: string
    /// What no property does, in the imperative: "correct the value".
    | Do of Text: string

    /// <summary>All of the remedies as one sentence; of none, "".</summary>
    /// <param name="remedies">The first one first.</param>
    /// <param name="name">What to call a property with this value, or by itself where the value is null.</param>
    static member Sentence(remedies: Remedy seq, name: Func<string, string, string>) : string =
        let remedies = List.ofSeq remedies

        let phrase isFollowing remedy =
            match remedy with
            | Set(property, value, why) ->
                // one verb for values that follow each other
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

    /// <summary>All of the remedies as one sentence that names options as this library does; of none, "".</summary>
    /// <param name="remedies">The first one first.</param>
    static member Sentence(remedies: Remedy seq) : string =
        Remedy.Sentence(
            remedies,
            fun property value ->
                if isNull value then
                    property
                else
                    $"{property} = {Hybrid.Core.Printable.word value}"
        )

namespace Hybrid.Core

type Remedy = Hybrid.Remedy

/// The options that remedies name, as the C# library calls them.
[<RequireQualifiedAccess>]
module OptionName =
    [<Literal>]
    let Activations = "Activations"

    [<Literal>]
    let BatchSize = "BatchSize"

    [<Literal>]
    let ClipNorm = "ClipNorm"

    [<Literal>]
    let Curvature = "Curvature"

    [<Literal>]
    let Data = "Data"

    [<Literal>]
    let Dropout = "Dropout"

    [<Literal>]
    let Epsilon = "Epsilon"

    [<Literal>]
    let Header = "Header"

    [<Literal>]
    let Hidden = "Hidden"

    [<Literal>]
    let Ignore = "Ignore"

    [<Literal>]
    let InputNoise = "InputNoise"

    [<Literal>]
    let L2 = "L2"

    [<Literal>]
    let LearningRate = "LearningRate"

    [<Literal>]
    let Lipschitz = "Lipschitz"

    [<Literal>]
    let MaxNorm = "MaxNorm"

    [<Literal>]
    let MaxoutPieces = "MaxoutPieces"

    [<Literal>]
    let Method = "Method"

    [<Literal>]
    let Optimizer = "Optimizer"

    [<Literal>]
    let Schedule = "Schedule"

    [<Literal>]
    let Target = "Target"

    [<Literal>]
    let Task = "Task"
