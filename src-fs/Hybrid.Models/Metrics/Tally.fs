namespace Hybrid.Models

open System

/// What a tally is of.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal TallyKind =
    /// No outcomes have come.
    | Nothing
    | Classes of ClassTally
    | Quantity of QuantityTally
    /// Of several targets.
    | Each of ResizeArray<Tally>

/// <summary>What metrics remember of outcomes, which may come in any number of parts: what they would remember of all of them at once, to
/// the bit. How much that is, the needs of the metrics say; sums do not grow with the number of examples.</summary>
and [<Sealed>] Tally internal (needs: Needs) =
    let mutable kind = TallyKind.Nothing

    let differs () =
        raise (ArgumentException("The outcomes are of another kind than those before them.", "outcomes"))

    member internal _.Kind = kind

    /// <summary>Adds outcomes, which follow those before.</summary>
    /// <param name="outcomes">Of the same targets.</param>
    /// <exception cref="T:System.ArgumentException">They are of another kind than those before.</exception>
    member this.Add(outcomes: Outcomes) : unit =
        match outcomes, kind with
        // of a target that none of these examples has
        | Outcomes.Each [], _ -> ()
        | Outcomes.Classes outcomes, TallyKind.Classes tally ->
            if tally.Names.Length <> outcomes.Names.Length then
                differs ()

            tally.Add outcomes
        | Outcomes.Quantity outcomes, TallyKind.Quantity tally -> tally.Add outcomes
        | Outcomes.Each targets, TallyKind.Each tallies ->
            targets |> List.iteri (fun i target -> tallies[i].Add target)
        | Outcomes.Classes first, TallyKind.Nothing ->
            kind <- TallyKind.Classes(ClassTally(needs, first.Names, first.AreProbabilities))
            this.Add outcomes
        | Outcomes.Quantity _, TallyKind.Nothing ->
            kind <- TallyKind.Quantity(QuantityTally needs)
            this.Add outcomes
        | Outcomes.Each targets, TallyKind.Nothing ->
            kind <- TallyKind.Each(ResizeArray(targets |> List.map (fun _ -> Tally needs)))
            this.Add outcomes
        | _ -> differs ()
