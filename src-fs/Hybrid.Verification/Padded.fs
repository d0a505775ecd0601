namespace Hybrid.Verification

open System
open System.Numerics
open Hybrid.Core

/// The factors of a block's arguments on another block's variables, in float32 for an engine. Rows and columns are padded with
/// zeros to whole vectors.
[<NoComparison; NoEquality>]
type internal PaddedTerm =
    {
        Block: int
        /// [padded rows; padded width]: A, rounded to nearest.
        Factors: float32[]
        /// [padded rows; padded width]: at least |A|, and so large that noise of the network is at most Relative times it.
        Sizes: float32[]
    }

/// The arguments of a block.
[<NoComparison; NoEquality>]
type internal PaddedLayer =
    {
        Curve: Curve
        /// The number of arguments.
        Rows: int
        /// The same, padded.
        Width: int
        Terms: PaddedTerm[]
        Constant: float[]
        /// The same in float32, padded.
        Constants: float32[]
        /// Noise of the network: at most Relative Σ sizes |v| + Noise.
        Relative: float[]
        Noise: float[]
        /// How far Factors may be off, relative to Sizes.
        Converted: float
        /// The error of float32 sums over this block's rows, relative to the sums of absolute values.
        Gamma: float
    }

/// How leaves of a search are split.
[<RequireQualifiedAccess>]
type internal Splits =
    /// In halves of the box.
    | Halves
    /// By the signs of units' arguments.
    | Signs
    /// In the one way that turns out to prove more.
    | Tried

/// A network in block form, ready for an engine.
[<NoComparison; NoEquality>]
type internal Padded =
    {
        Form: BlockForm
        /// The padded number of inputs.
        InputWidth: int
        /// Of blocks 1, 2, …: layer k - 1 is block k.
        Layers: PaddedLayer[]
        Splits: Splits
        /// Lines around curves on intervals.
        Lines: Curve -> Interval -> Lines
        /// Whether bounds are no longer wanted; called between parts of their computation.
        Stop: unit -> bool
    }

module internal Padded =
    /// More than the rounding of float64 sums of a few thousand numbers.
    [<Literal>]
    let Outward = 1.000000001

    let width (count: int) =
        let lanes = Vector<float32>.Count
        (count + lanes - 1) / lanes * lanes

    let private layer (users: int) (block: Block) : PaddedLayer =
        let argument = block.Argument
        let rows = argument.Size
        let padded = width rows
        let terms = argument.Terms |> Array.ofList

        // noise is in proportion to sizes: row by row
        let parts = terms |> Array.map (fun term -> Array.init rows (Affine.row term))

        let relative =
            Array.init rows (fun i ->
                let mutable noise = 0.0
                let mutable size = 0.0

                for part in parts do
                    let struct (factors, noises) = part[i]
                    noise <- noise + Array.sum noises
                    size <- size + Array.sumBy abs factors

                if noise = 0.0 then 0.0
                elif size > 0.0 then noise / size
                else 1.0)

        // a float32 weight is exact
        let exact =
            parts
            |> Array.forall (
                Array.forall (fun (struct (factors, _)) ->
                    factors |> Array.forall (fun factor -> float (float32 factor) = factor))
            )

        let paddedTerms =
            Array.map2
                (fun (term: Term) (part: struct (float[] * float[])[]) ->
                    let columns = width term.Width
                    let factors = Array.zeroCreate<float32>(padded * columns)
                    let sizes = Array.zeroCreate<float32>(padded * columns)

                    for i in 0 .. rows - 1 do
                        let struct (row, noise) = part[i]

                        for j in 0 .. term.Width - 1 do
                            let factor = float32 row[j]
                            factors[i * columns + j] <- factor

                            // the conversion of a subnormal number is off by more than its share
                            let converted = if float factor = row[j] then 0.0 else 2.0 ** -125.0

                            let needed =
                                if relative[i] > 0.0 then
                                    noise[j] / relative[i] * Outward
                                else
                                    0.0

                            sizes[i * columns + j] <- Relaxation.up (max (abs row[j]) (max needed converted))

                    {
                        Block = term.Block
                        Factors = factors
                        Sizes = sizes
                    })
                terms
                parts

        {
            Curve = block.Curve
            Rows = rows
            Width = padded
            Terms = paddedTerms
            Constant = argument.Constant
            Constants = Array.init padded (fun i -> if i < rows then float32 argument.Constant[i] else 0f)
            Relative = relative |> Array.map (fun x -> x * Outward)
            Noise = argument.Noise
            Converted = if exact then 0.0 else 1.01 * RoundingRule.Unit
            Gamma = RoundingRule.gamma (float (padded + users + 8))
        }

    /// Up to so many inputs, few halvings are needed.
    let private fewInputs = 10

    /// With more inputs than this, too many are.
    let private manyInputs = 50

    /// Whether all arguments depend on inputs only.
    let isShallow (padded: Padded) : bool =
        padded.Layers
        |> Array.forall (fun layer -> layer.Terms |> Array.forall (fun term -> term.Block = 0))

    /// <summary>Ends the computation of bounds, however far it is, if they are no longer wanted.</summary>
    /// <exception cref="T:System.OperationCanceledException">They are not.</exception>
    let goOn (padded: Padded) : unit =
        if padded.Stop() then
            raise (OperationCanceledException())

    /// <summary>A form for an engine, whose bounds are ended by an exception where they are no longer wanted.</summary>
    /// <exception cref="T:System.OperationCanceledException">That was so before it was ready.</exception>
    let createUntil (stop: unit -> bool) (form: BlockForm) : Padded =
        let widths = BlockForm.widths form

        // how many affine functions use each block
        let users = Array.zeroCreate widths.Length

        for affine in form.Output :: (form.Blocks |> Array.map _.Argument |> List.ofArray) do
            for term in affine.Terms do
                users[term.Block] <- users[term.Block] + 1

        {
            Form = form
            InputWidth = width form.Inputs
            Layers =
                form.Blocks
                |> Array.map (fun block ->
                    if stop () then
                        raise (OperationCanceledException())

                    layer (Array.max users) block)
            Splits =
                if form.Inputs <= fewInputs then Splits.Halves
                elif form.Inputs <= manyInputs then Splits.Tried
                else Splits.Signs
            Lines = Relaxation.lines
            Stop = stop
        }

    let create (form: BlockForm) : Padded = createUntil (fun () -> false) form
