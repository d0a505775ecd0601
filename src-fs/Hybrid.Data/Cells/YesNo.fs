namespace Hybrid.Data

open System

/// Words for yes and no.
module internal YesNo =
    let private pairs =
        [
            "true", "false"
            "yes", "no"
            "t", "f"
            "y", "n"
            "on", "off"
            "1", "0"
            "ja", "nein"
            "wahr", "falsch"
            "oui", "non"
            "vrai", "faux"
        ]

    let private meanings =
        dict
            [
                for yes, no in pairs do
                    yes, true
                    no, false
            ]

    let private lower (text: string) = text.Trim().ToLowerInvariant()

    /// What a text means, in any case.
    let tryMeaning (text: string) : bool option =
        match meanings.TryGetValue(lower text) with
        | true, meaning -> Some meaning
        | _ -> None

    /// The texts that mean the same, in lower case.
    let wordsFor (meaning: bool) : string list =
        pairs |> List.map (fun (yes, no) -> if meaning then yes else no)

    /// <summary>Whether texts mean yes and no, in any case: they are one pair of words, or several pairs of which at least one word
    /// for each meaning is longer than a letter. Single letters of different pairs may stand for anything, and 1 and 0 are
    /// numbers.</summary>
    let areAll (texts: string seq) : bool =
        let words =
            texts
            |> Seq.map lower
            |> Seq.distinct
            |> Seq.truncate (2 * pairs.Length + 1)
            |> List.ofSeq

        let isLong meaning =
            words
            |> List.exists (fun word -> word.Length > 1 && tryMeaning word = Some meaning)

        let arePair =
            pairs
            |> List.exists (fun (yes, no) ->
                yes <> "1" && words |> List.forall (fun word -> word = yes || word = no))

        arePair
        || words |> List.forall (tryMeaning >> Option.isSome)
           && isLong true
           && isLong false
