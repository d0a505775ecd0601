namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core

/// How much the classes count in the loss.
[<RequireQualifiedAccess>]
type ClassWeights =
    /// As much as they have examples.
    | Alike
    /// All the same, however rare: n / (k·nᶜ) for each example of a class with nᶜ of n examples, of k classes.
    | Balanced
    /// Those named, for each of their examples; 1 for an example of the others.
    | Own of (string * float) list

module ClassWeights =
    [<Literal>]
    let private Property = "ClassWeights"

    let private quoted (name: string) : string =
        if
            name.IndexOfAny [| ','; '='; '"'; '['; ']'; '{'; '}' |] >= 0
            || name.Trim() <> name
        then
            $"\"{name}\""
        else
            name

    /// balanced, none, or a=2,b=1, with quotes round names that contain one of its signs.
    let text (weights: ClassWeights) : string =
        match weights with
        | ClassWeights.Alike -> "none"
        | ClassWeights.Balanced -> "balanced"
        | ClassWeights.Own each ->
            each
            |> List.map (fun (name, weight) ->
                $"""{quoted name}={weight.ToString("R", CultureInfo.InvariantCulture)}""")
            |> String.concat ","

    /// Refuses weights that are not finite numbers of at least 0, and names that occur twice.
    let internal check (weights: ClassWeights) : unit =
        match weights with
        | ClassWeights.Alike
        | ClassWeights.Balanced -> ()
        | ClassWeights.Own each ->
            for name, weight in each do
                if not (weight >= 0.0 && Double.IsFinite weight) then
                    Names.refuse
                        Property
                        $"must be numbers of at least 0, not {Printable.number weight} for {Printable.quote name}"

            match each |> List.countBy fst |> List.tryFind (fun (_, count) -> count > 1) with
            | Some(name, _) -> Names.refuse Property $"names the class {Printable.quote name} twice"
            | None -> ()

    /// <summary>The weights that a text says.</summary>
    /// <exception cref="T:Hybrid.OptionException">It is not such a text.</exception>
    let parse (text: string) : ClassWeights =
        match text.Trim() with
        | "none" -> ClassWeights.Alike
        | "balanced" -> ClassWeights.Balanced
        | text ->
            let weights =
                Names.parts text
                |> List.map (fun part ->
                    let at = part.LastIndexOf '='

                    match
                        (if at < 0 then
                             None
                         else
                             Names.tryNumber (part.Substring(at + 1)))
                    with
                    | Some weight -> Names.unquoted (part.Substring(0, at)), weight
                    | None ->
                        Names.refuse
                            Property
                            $"must be balanced, none, or classes with their weights such as a=2,b=1, not {Printable.quote text}")
                |> ClassWeights.Own

            check weights
            weights

    /// The weight of each class for some examples; none if all are 1.
    let internal values (names: string[]) (examples: Examples) (weights: ClassWeights) : float32[] option =
        match weights with
        | ClassWeights.Alike -> None
        | ClassWeights.Balanced -> Some(Step.balancedWeights names.Length examples)
        | ClassWeights.Own each ->
            for name, _ in each do
                if not (Array.contains name names) then
                    let known = names |> Array.truncate 20 |> String.concat ", "

                    Names.refuse
                        Property
                        $"names the class {Printable.quote name}, which the data does not have. Its classes are {known}"

            let weights =
                names
                |> Array.map (fun name ->
                    List.tryFind (fst >> (=) name) each |> Option.map snd |> Option.defaultValue 1.0)

            if Array.forall ((=) 0.0) weights then
                Names.refuse Property "must be above 0 for at least one class"

            Some(Array.map float32 weights)
