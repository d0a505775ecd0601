namespace Hybrid.Verification

open System
open System.IO
open System.Security.Cryptography
open Hybrid.Core

/// How sums depend on the values of an earlier step.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Factors =
    /// A factor for each sum and value: [sums; values], and the same transposed.
    | Dense of factors: float[] * transposed: float[]
    /// At most one value for each sum, -1 for none, with its factor.
    | Each of values: int[] * factors: float[]

/// The part of sums that comes from one earlier step.
[<NoComparison; NoEquality>]
type internal Part = { Source: int; Factors: Factors }

/// <summary>Functions σᵢ of single values zᵢ, one for each element, by enclosures.</summary>
/// <remarks>Value and Slope take several copies of all elements, one after the other.</remarks>
[<NoComparison; NoEquality>]
type internal ElementFunction =
    {
        /// Identifies the functions.
        Mark: string
        /// Contains all values on the given intervals; undefined where there may be none.
        Value: Interval[] -> Interval[]
        /// Contains all slopes on the given intervals; none if a function may jump.
        Slope: (Interval[] -> Interval[]) option
        /// How far computed values may be from σᵢ at the computed argument.
        Off: Interval[] -> float[]
    }

/// <summary>What a step computes. A computed sum differs from the exact one of its computed values by at most Relative times the
/// sum of the absolute values of its terms, and Absolute times 1 and the maximum absolute value among its sources.</summary>
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Rule =
    | Input
    | Constant of values: float[]
    | Sums of parts: Part list * relative: float[] * absolute: float[]
    /// max(0, x), and the most that flushing to 0 changes.
    | Relu of source: int * absolute: float
    /// An element-wise function.
    | Curve of source: int * chain: ElementFunction
    /// Element-wise products, and how far they may be off, relative to themselves and, times 1 and their factors, absolutely.
    | Product of left: int * right: int * relative: float * absolute: float
    /// What is only known to be in an image, rounding included.
    | Image of name: string * sources: int list * image: (Interval[] list -> Interval[])

[<NoComparison; NoEquality>]
type internal Step = { Size: int; Rule: Rule }

/// <summary>A network as the checker of proofs reads it: steps of sums, products and functions, each of steps before. Step 0 is the
/// input.</summary>
[<NoComparison; NoEquality>]
type internal Program =
    {
        Arithmetic: Arithmetic
        Steps: Step[]
        /// The step that is the output.
        Output: int
    }

module internal Program =
    /// The step that a ReLU or another curve is applied to.
    let argument (step: Step) : int voption =
        match step.Rule with
        | Rule.Relu(source, _)
        | Rule.Curve(source, _) -> ValueSome source
        | _ -> ValueNone

    /// The steps whose ranges decide how tight a step's bounds are.
    let arguments (step: Step) : int list =
        match step.Rule with
        | Rule.Relu(source, _)
        | Rule.Curve(source, _) -> [ source ]
        | Rule.Product(left, right, _, _) -> [ left; right ]
        | Rule.Image(_, sources, _) -> sources
        | Rule.Input
        | Rule.Constant _
        | Rule.Sums _ -> []

    let private isCurve step = ValueOption.isSome (argument step)

    /// Where each step's units begin, if all values of curves are numbered in order; last, their number.
    let units (program: Program) : int[] =
        program.Steps
        |> Array.scan (fun start step -> if isCurve step then start + step.Size else start) 0

    /// SHA-256 of all that is computed.
    let mark (program: Program) : string =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256
        use numbers = new MemoryStream()
        use writer = new BinaryWriter(numbers)

        let flush () =
            writer.Flush()
            hash.AppendData(numbers.GetBuffer(), 0, int numbers.Length)
            numbers.SetLength 0L

        let all (values: float[]) =
            writer.Write values.Length

            for value in values do
                writer.Write value

            flush ()

        writer.Write(string program.Arithmetic)
        writer.Write program.Output

        for step in program.Steps do
            writer.Write step.Size

            match step.Rule with
            | Rule.Input -> writer.Write "input"
            | Rule.Constant values ->
                writer.Write "constant"
                all values
            | Rule.Sums(parts, relative, absolute) ->
                writer.Write "sums"
                all relative
                all absolute

                for part in parts do
                    writer.Write part.Source

                    match part.Factors with
                    | Factors.Dense(factors, _) -> all factors
                    | Factors.Each(values, factors) ->
                        all (Array.map float values)
                        all factors
            | Rule.Relu(source, absolute) ->
                writer.Write "relu"
                writer.Write source
                writer.Write absolute
            | Rule.Curve(source, chain) ->
                writer.Write "curve"
                writer.Write chain.Mark
                writer.Write source
            | Rule.Product(left, right, relative, absolute) ->
                writer.Write "product"
                writer.Write left
                writer.Write right
                writer.Write relative
                writer.Write absolute
            | Rule.Image(name, sources, _) ->
                writer.Write "image"
                writer.Write name
                List.iter (fun (source: int) -> writer.Write source) sources

        flush ()
        Convert.ToHexStringLower(hash.GetHashAndReset())
