namespace Hybrid.Verification

/// A linear condition Σ aᵢ xᵢ + Σ bⱼ yⱼ + c ≤ 0 of a network's inputs x and outputs y, or < 0.
[<NoComparison>]
type Atom =
    {
        /// Indices of inputs with their coefficients, which are not 0.
        Inputs: (int * Exact) list
        /// Indices of outputs with their coefficients, which are not 0.
        Outputs: (int * Exact) list
        Constant: Exact
        /// Whether < is meant.
        Strict: bool
    }

/// A closed box of inputs, and what must not happen there.
[<NoComparison>]
type Region =
    {
        /// The least and the greatest value of each input.
        Box: (Exact * Exact)[]
        /// The property is violated where all conditions of one of these lists hold.
        Violations: Atom list list
    }

/// <summary>What is to be proved of a network: that nowhere in the regions their violations happen.</summary>
/// <remarks>VNN-LIB files describe violations: a property holds where its file is unsatisfiable.</remarks>
[<NoComparison>]
type Property =
    {
        /// The number of inputs.
        Inputs: int
        /// The number of outputs.
        Outputs: int
        Regions: Region list
    }

module internal Atom =
    /// The value at a point, exactly.
    let value (inputs: Exact[]) (outputs: Exact[]) (atom: Atom) : Exact =
        let sum terms (values: Exact[]) =
            terms
            |> List.fold (fun total (i, factor) -> total + factor * values[i]) Exact.zero

        sum atom.Inputs inputs + sum atom.Outputs outputs + atom.Constant

    /// Whether the condition only compares two outputs.
    let comparesOutputs (atom: Atom) : bool =
        match atom.Outputs with
        | [ _, a; _, b ] -> atom.Inputs.IsEmpty && atom.Constant = Exact.zero && a + b = Exact.zero
        | _ -> false
