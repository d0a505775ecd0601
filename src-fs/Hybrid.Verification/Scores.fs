namespace Hybrid.Verification

open Hybrid.Core

/// Final softmaxes whose probabilities are only compared: their scores are compared instead.
module internal Scores =
    /// <summary>Scores that differ by this much have float32 probabilities that differ in the same direction, if one of the two
    /// scores is the largest of all.</summary>
    /// <remarks>The largest score's power is exp 0 = 1, the other's is exp(-64 u) at most: 63 u less, where both may be off by 8 u,
    /// the assumed error of elementary functions, and lose 3 u in the division by their sum. Of their logarithms, which are rounded
    /// differences to the same number, fewer than 16 for all numbers of classes, 64 u are two units in the last place.</remarks>
    let margin = 64.0 * RoundingRule.Unit

    /// The two outputs that a condition compares: it is violated where the first is above the second.
    let private compared (atom: Atom) : struct (int * int) voption =
        match atom.Outputs with
        | [ i, a; j, _ ] when Atom.comparesOutputs atom ->
            ValueSome(if a > Exact.zero then struct (i, j) else struct (j, i))
        | _ -> ValueNone

    let private comparesAll (outputs: int) (one: int list) (others: int list) =
        (List.distinct one).Length = 1
        && List.sort (one.Head :: List.distinct others) = [ 0 .. outputs - 1 ]

    /// Whether the violations are that one output is not above all others, or that it is: then one of two scores that decide
    /// is the largest.
    let private isAboutLargest (outputs: int) (region: Region) : bool =
        let pairs =
            region.Violations |> List.map (List.map (compared >> ValueOption.toOption))

        let isCertain = pairs |> List.forall (List.forall Option.isSome)
        let pairs = pairs |> List.map (List.choose id)

        let split (pairs: struct (int * int) list) =
            pairs |> List.map (fun (struct (i, j)) -> i, j) |> List.unzip

        let isNotLargest =
            pairs |> List.forall (fun atoms -> atoms.Length = 1)
            && (let first, second = split (List.concat pairs) in comparesAll outputs first second)

        let isLargest atoms =
            let first, second = split atoms in comparesAll outputs second first

        isCertain && not pairs.IsEmpty && (isNotLargest || List.forall isLargest pairs)

    /// <summary>The network without a final softmax where its scores decide the property, and how far conditions on scores may be
    /// off from those on probabilities.</summary>
    let ofNetwork
        (arithmetic: Arithmetic)
        (property: Property)
        (network: Network)
        : struct (Network * float) =
        let compares =
            match arithmetic with
            | Arithmetic.Real ->
                fun (region: Region) -> region.Violations |> List.forall (List.forall Atom.comparesOutputs)
            | Arithmetic.Float32 -> isAboutLargest property.Outputs

        match Ending.ofNetwork property.Inputs network with
        | Ending.Softmax
        | Ending.LogSoftmax when List.forall compares property.Regions ->
            struct (Ending.scores property.Inputs network, (if arithmetic.IsReal then 0.0 else margin))
        | _ -> struct (network, 0.0)
