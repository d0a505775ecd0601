namespace Hybrid.Verification

open Hybrid.Core

/// <summary>The conditions of a region's violations as functions of a network's variables: a violation is refuted where one of
/// its conditions is proved to be positive.</summary>
[<NoComparison; NoEquality>]
type internal Goals =
    {
        /// The left sides of the conditions: one row each.
        Conditions: Affine
        /// By term and condition: factors and noise.
        Rows: struct (float[] * float[])[][]
        /// The factors of each term of the conditions in float32: [conditions; padded width].
        Factors: float32[][]
        /// The rows of each violation's conditions.
        Violations: int[][]
    }

module internal Goals =
    /// A float64 number near an exact one.
    let private near (x: Exact) = Exact.floor x

    /// <summary>The conditions of a region, for a network in block form.</summary>
    let create (form: BlockForm) (region: Region) : Goals =
        let atoms = region.Violations |> List.concat |> Array.ofList
        let constants = atoms |> Array.map (fun atom -> near atom.Constant)

        let operands =
            [|
                form.Output
                Affine.variables 0 form.Inputs
                Affine.constant constants (constants |> Array.map (fun x -> Affine.Ulp * abs x + 1e-300))
            |]

        let entries i (atom: Atom) =
            [|
                for operand, terms in [ 0, atom.Outputs; 1, atom.Inputs ] do
                    for index, factor in terms do
                        {
                            Operand = operand
                            Element = index
                            Factor = near factor
                        }
                {
                    Operand = 2
                    Element = i
                    Factor = 1.0
                }
            |]

        // a decimal factor is not a float64 number, but its neighbour is within a unit in the last place
        let conditions =
            Affine.combine Arithmetic.Real Affine.Ulp operands (Array.mapi entries atoms) false

        let starts =
            region.Violations |> List.scan (fun start atoms -> start + List.length atoms) 0

        {
            Conditions = conditions
            Rows =
                conditions.Terms
                |> List.map (fun term -> Array.init atoms.Length (Affine.row term))
                |> Array.ofList
            Factors =
                conditions.Terms
                |> List.map (fun term ->
                    let columns = Padded.width term.Width
                    let factors = Array.zeroCreate<float32>(atoms.Length * columns)

                    for i in 0 .. atoms.Length - 1 do
                        let struct (row, _) = Affine.row term i
                        row |> Array.iteri (fun j factor -> factors[i * columns + j] <- float32 factor)

                    factors)
                |> Array.ofList
            Violations =
                List.map2
                    (fun start atoms -> Array.init (List.length atoms) (fun i -> start + i))
                    (List.take region.Violations.Length starts)
                    region.Violations
                |> Array.ofList
        }

    /// The goals where outputs may be off by more, which counts in proportion to their factors.
    let doubted (off: float) (region: Region) (goals: Goals) : Goals =
        let sizes =
            region.Violations
            |> List.concat
            |> List.map (fun atom ->
                atom.Outputs
                |> List.map (fun (_, factor) -> max (abs (Exact.floor factor)) (abs (Exact.ceiling factor)))
                |> List.fold max 0.0)

        { goals with
            Conditions =
                { goals.Conditions with
                    Noise =
                        Array.map2
                            (fun noise size -> (noise + off * size) * Padded.Outward)
                            goals.Conditions.Noise
                            (Array.ofList sizes)
                }
        }
