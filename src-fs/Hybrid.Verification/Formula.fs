namespace Hybrid.Verification

/// A variable of a property.
[<RequireQualifiedAccess; Struct>]
type internal Variable =
    | Input of input: int
    | Output of output: int

/// Σ factor · variable + constant.
[<NoComparison; NoEquality>]
type internal LinearTerm =
    {
        Factors: Map<Variable, Exact>
        Constant: Exact
    }

module internal LinearTerm =
    let constant x = { Factors = Map.empty; Constant = x }

    let variable name =
        {
            Factors = Map.ofList [ name, Exact.one ]
            Constant = Exact.zero
        }

    let scale (factor: Exact) term =
        if factor = Exact.zero then
            constant Exact.zero
        else
            {
                Factors = Map.map (fun _ x -> factor * x) term.Factors
                Constant = factor * term.Constant
            }

    let add a b =
        let sum total name factor =
            let factor =
                match Map.tryFind name total with
                | Some before -> before + factor
                | None -> factor

            if factor = Exact.zero then
                Map.remove name total
            else
                Map.add name factor total

        {
            Factors = Map.fold sum a.Factors b.Factors
            Constant = a.Constant + b.Constant
        }

    let subtract a b = add a (scale (-Exact.one) b)

/// term ≤ 0, or term < 0.
[<NoComparison; NoEquality>]
type internal Condition =
    {
        Term: LinearTerm
        Strict: bool
        Place: Place
    }

[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Formula =
    | Holds of Condition
    | All of Formula list
    | Any of Formula list

/// Formulas as regions with violations.
module internal Formula =
    /// More cases are taken for an error.
    let private mostCases = 100_000

    /// The cases of a formula: it holds where all conditions of one case do. Conditions come last first.
    let rec private cases (formula: Formula) : Condition list list =
        match formula with
        | Formula.Holds condition -> [ [ condition ] ]
        | Formula.Any parts -> List.collect cases parts
        | Formula.All parts ->
            parts
            |> List.fold
                (fun sofar part ->
                    let more = cases part

                    if int64 sofar.Length * int64 more.Length > int64 mostCases then
                        raise (PropertyException(0, 0, $"the property has more than {mostCases} cases."))

                    match more with
                    | [ [ one ] ] -> sofar |> List.map (fun case -> one :: case)
                    | _ -> sofar |> List.collect (fun case -> more |> List.map (fun more -> more @ case)))
                [ [] ]

    let private atom (condition: Condition) : Atom =
        let factors = Map.toList condition.Term.Factors

        {
            Inputs =
                factors
                |> List.choose (function
                    | Variable.Input i, factor -> Some(i, factor)
                    | _ -> None)
            Outputs =
                factors
                |> List.choose (function
                    | Variable.Output i, factor -> Some(i, factor)
                    | _ -> None)
            Constant = condition.Term.Constant
            Strict = condition.Strict
        }

    /// The bounds of a single input that a condition states: factor · x + constant ≤ 0.
    let private (|Bound|_|) (condition: Condition) =
        match Map.toList condition.Term.Factors with
        | [ Variable.Input i, factor ] ->
            let limit =
                Exact.Ratio(
                    -condition.Term.Constant.Numerator * factor.Denominator,
                    condition.Term.Constant.Denominator * factor.Numerator
                )

            Some(i, factor > Exact.zero, limit)
        | _ -> None

    /// A case as its box and its other conditions; nothing where a condition without variables is false.
    let private region (inputs: int) (case: Condition list) =
        let least: Exact option[] = Array.create inputs None
        let greatest: Exact option[] = Array.create inputs None
        let rest = ResizeArray()
        let mutable possible = true

        for condition in List.rev case do
            match condition with
            | Bound(i, isUpper, limit) ->
                if isUpper then
                    greatest[i] <- Some(greatest[i] |> Option.fold min limit)
                else
                    least[i] <- Some(least[i] |> Option.fold max limit)

                match least[i], greatest[i] with
                | Some lower, Some upper when lower > upper ->
                    SExpression.fail
                        condition.Place
                        $"the bounds of input {i} contradict each other: at least {lower}, at most {upper}."
                | _ -> ()

                if condition.Strict then
                    rest.Add(atom condition)
            | { Term = term } when term.Factors.IsEmpty ->
                let holds =
                    term.Constant < Exact.zero || term.Constant = Exact.zero && not condition.Strict

                possible <- possible && holds
            | _ -> rest.Add(atom condition)

        let side name (bounds: Exact option[]) =
            bounds
            |> Array.mapi (fun i bound ->
                match bound with
                | Some bound -> bound
                | None -> raise (PropertyException(0, 0, $"input {i} has no {name} bound.")))

        if possible then
            Some(Array.zip (side "lower" least) (side "upper" greatest), List.ofSeq rest)
        else
            None

    /// <summary>The regions of a formula; cases with the same box are one region.</summary>
    /// <exception cref="T:Hybrid.PropertyException">An input has no bounds, or contradictory ones, or there are too many
    /// cases.</exception>
    let regions (inputs: int) (formula: Formula) : Region list =
        let found = cases formula |> List.choose (region inputs)

        found
        |> List.groupBy fst
        |> List.map (fun (box, cases) ->
            {
                Box = box
                Violations = List.map snd cases
            })
