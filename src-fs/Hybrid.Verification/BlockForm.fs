namespace Hybrid.Verification

open Hybrid.Core

/// New variables: a curve of affine functions of the variables before.
[<NoComparison; NoEquality>]
type internal Block =
    {
        Curve: Curve
        Argument: Affine
        /// How far a computed value may be from the curve at the computed argument, relative to the larger of 1 and itself.
        Relative: float
        /// The same, absolutely.
        Absolute: float
    }

/// <summary>A network as blocks: the variables of block k are curves of affine functions of those of blocks before k, and the
/// output is an affine function of all. The input is block 0.</summary>
/// <remarks>What float32 computes is the exact form with a box of noise around each affine function.</remarks>
[<NoComparison; NoEquality>]
type internal BlockForm =
    {
        Arithmetic: Arithmetic
        /// The number of inputs.
        Inputs: int
        /// Blocks 1, 2, ….
        Blocks: Block[]
        Output: Affine
        /// Intermediate affine functions that must not overflow either.
        Between: Affine list
    }

module internal BlockForm =
    /// The number of variables of each block.
    let widths (form: BlockForm) : int[] =
        Array.append [| form.Inputs |] (form.Blocks |> Array.map _.Argument.Size)

    /// An affine function at given values of the variables, by block.
    let private at (variables: float[][]) (affine: Affine) : float[] =
        Array.init affine.Size (fun i ->
            affine.Terms
            |> List.fold
                (fun total term ->
                    let values = variables[term.Block]

                    match term.Rows with
                    | Rows.Picked picked -> total + values[picked[i]]
                    | Rows.Dense(factors, _) ->
                        let mutable total = total

                        for j in 0 .. term.Width - 1 do
                            let factor = factors[i * term.Width + j]

                            // what does not count may be infinite
                            if factor <> 0.0 then
                                total <- total + factor * values[j]

                        total)
                affine.Constant[i])

    /// The outputs at a point, in float64.
    let evaluate (form: BlockForm) (input: float[]) : float[] =
        let variables = Array.create (form.Blocks.Length + 1) [||]
        variables[0] <- input

        form.Blocks
        |> Array.iteri (fun k block ->
            variables[k + 1] <- at variables block.Argument |> Curve.values block.Curve)

        at variables form.Output
