/// Small models of a table's columns, and rows for them: inputs are drawn in raw columns, and go through the model's own preprocessing.
module internal Hybrid.Properties.ModelCase

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification
open Hybrid.Certification
open Hybrid.Properties.VerificationCase

/// A small model of three columns of numbers, one of which may be missing and one of dates, and a column of categories.
type ModelCase =
    {
        Key: int
        Activation: string
        /// The number of classes; 0 for a quantity.
        Classes: int
        Radius: float
        AnyCategory: bool
        /// Whether a missing category has a feature of its own.
        HasMissing: bool
        /// Whether the first column holds days, which recur each year and each week.
        HasDates: bool
    }

let rowCount = 5

let private uniforms case part count =
    Random.uniforms (Random.split (uint64 case.Key) part) 0UL count

/// A day of 2019.
let private firstDay = 18_000.0

let private periods = [ 365.25; 7.0 ]

let private categories = [| "p"; "q"; "r" |]

let columns =
    [|
        Column.numeric "a"
        Column.numeric "b"
        {
            Name = "c"
            Kind = Category categories
        }
        Column.numeric "d"
    |]

let private linear case part inputs outputs =
    let numbers = uniforms case part (outputs * (inputs + 1))
    let scale = 3.0 / sqrt (float inputs)

    let at i =
        float32 (scale * (2.0 * numbers[i] - 1.0))

    Linear.network
        {
            Weight = Tensor.single [ outputs; inputs ] (Array.init (outputs * inputs) at)
            Bias = Some(Tensor.single [ outputs ] (Array.init outputs (fun i -> at (outputs * inputs + i))))
        }

/// What a mutation changes in what is proved; the identity for the laws themselves.
[<NoComparison; NoEquality>]
type Change =
    {
        Freedoms: Freedom[] -> Freedom[]
        Rules: ColumnRule[] -> ColumnRule[]
        Margin: float -> float
        Range: Interval -> Interval
        /// The input that derivatives are bounded by.
        Input: int -> int
    }

let unchanged =
    {
        Freedoms = id
        Rules = id
        Margin = id
        Range = id
        Input = id
    }

let modelBy (change: Change) (case: ModelCase) : Model =
    let u = uniforms case 1 6

    let rules =
        [|
            if case.HasDates then
                Cycles(firstDay + 100.0 * u[0], 10.0 + u[1], 0.0, periods)
            else
                Standardise(100.0 * u[0], 10.0 + u[1])
            Standardise(u[2], 0.5 + u[3])
            OneHot([| 0; 1; 2 |], case.HasMissing)
            Standardise(u[4], 0.3 + u[5])
        |]

    let features =
        (if case.HasMissing then 7 else 6)
        + (if case.HasDates then 2 * periods.Length else 0)

    let outputs = max 1 case.Classes
    let f = activations |> List.find (fst >> (=) case.Activation) |> snd

    let body =
        Network.ofLayer (Preprocessing.layer (change.Rules rules))
        >=> linear case 2 features 5
        >=> Network.ofLayer (Layer.ofFunction case.Activation f)
        >=> linear case 3 5 outputs

    let schema =
        {
            Columns = columns
            Targets =
                [|
                    {
                        Name = "y"
                        Kind =
                            if case.Classes > 0 then
                                Category(Array.init case.Classes string)
                            else
                                ColumnKind.Numeric
                    }
                |]
            Reading = Reading.plain
        }

    if case.Classes > 0 then
        Model.create (body >=> Activation.softmax) schema Loss.softmax
    else
        Model.create
            (body >=> Network.ofLayer (Preprocessing.unscale [| struct (500.0, 40.0) |]))
            schema
            Loss.squared

let model = modelBy unchanged

/// Rows, each given the class that the model returns.
let table (case: ModelCase) (model: Model) : Table =
    let features =
        uniforms case 4 (rowCount * 4)
        |> Array.mapi (fun i u ->
            match i % 4 with
            | 0 -> float32 (80.0 * u + (if case.HasDates then firstDay else 10.0))
            | 2 when i = 2 && case.HasMissing -> nanf
            | 2 -> float32 (int (3.0 * u) % 3)
            | 3 when i = 7 -> nanf
            | _ -> float32 (2.0 * u - 0.5))

    let outputs = (Inference.create engine model.Network 4).Run features
    let each = Array.chunkBySize (outputs.Length / rowCount) outputs

    let target =
        match model.Schema.Classes with
        | Some names -> Classes(names, each |> Array.map (fun y -> Metrics.predictedClass (ReadOnlySpan y)))
        | None -> Quantity(Array.concat each)

    Table.create "rows" columns features "y" target

let freedoms (case: ModelCase) : Freedom[] =
    [|
        Freedom.Within(20.0 * case.Radius)
        Freedom.Within case.Radius
        (if case.AnyCategory then Freedom.Any else Freedom.Within 0.0)
        Freedom.Within(0.5 * case.Radius)
    |]

let row (table: Table) (index: int) : float32[] = Array.sub table.Features (index * 4) 4

/// Rows in the box around a row, corners among them.
let around (case: ModelCase) (factor: float) (row: float32[]) (count: int) : float32[][] =
    Array.init count (fun point ->
        let u = uniforms case (100 + point) 4

        row
        |> Array.mapi (fun j x ->
            match (freedoms case)[j] with
            | Freedom.Any -> float32 (int (3.0 * u[j]) % 3)
            | _ when j = 2 || Single.IsNaN x -> x
            | Freedom.Within radius ->
                let u = if point % 3 = 0 then Math.Round u[j] else u[j]
                let moved = float32 (float x + factor * radius * (2.0 * u - 1.0))
                // rounding must not leave the box
                if abs (float moved - float x) <= factor * radius then moved
                elif moved > x then MathF.BitDecrement moved
                else MathF.BitIncrement moved))

let cases (activations: string list) (classes: int list) : Arbitrary<ModelCase> =
    gen {
        let! key = Gen.choose (1, 1_000_000)
        let! activation = Gen.elements activations
        let! classes = Gen.elements classes
        let! radius = Gen.elements [ 0.0; 1e-4; 0.01; 0.1; 0.5 ]
        let! any = Gen.elements [ true; false ]
        let! missing = Gen.elements [ true; false ]
        let! dates = Gen.elements [ true; false ]

        return
            {
                Key = key
                Activation = activation
                Classes = classes
                Radius = radius
                AnyCategory = any
                HasMissing = missing
                HasDates = dates
            }
    }
    |> Arb.fromGen
