/// What must hold of bounds and verdicts, as functions that the mutations are tried on.
module internal Hybrid.Properties.VerificationLaws

open System
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase

/// What a mutation changes; the identity for the laws themselves.
[<NoComparison; NoEquality>]
type Change =
    {
        Form: BlockForm -> BlockForm
        Padded: Padded -> Padded
        Property: Property -> Property
        Found: Found -> Found
        /// Of a search by signs of units.
        Node: UnitNode -> UnitNode
        /// Of the inputs in question.
        Space: HalfSpace -> HalfSpace
        /// Of those that are remembered.
        Slope: float32 -> float32
    }

let unchanged =
    {
        Form = id
        Padded = id
        Property = id
        Found = id
        Node = id
        Space = id
        Slope = id
    }

/// A box with nothing known about it.
let wholeOf (box: Interval[]) : Leaf =
    {
        Lower = box |> Array.map _.Lower
        Upper = box |> Array.map _.Upper
        Kept = null
        Open = [||]
        Bound = -infinity
        Axis = -1
        Share = 1.0
    }

/// Complaints about arguments at points that are outside their bounds.
let argumentsOutside (padded: Padded) (known: BoxBounds) (points: float[][]) : string list =
    let there = Bounds(padded, engine, 1)

    [
        for point in points do
            there.Boxes.SetInput(0, point, point)
            there.Boxes.Inherit(0, null)
            there.Compute(1, true)

            for k in 1 .. padded.Layers.Length do
                let known, own = known.Blocks[k], there.Boxes.Blocks[k]

                for i in 0 .. known.Rows - 1 do
                    if own.Upper[i] < known.Lower[i] || own.Lower[i] > known.Upper[i] then
                        $"argument {i} of block {k} is [{own.Lower[i]:R}, {own.Upper[i]:R}] at %A{point}, outside [{known.Lower[i]:R}, {known.Upper[i]:R}]"
    ]

/// The lower bounds of a region's conditions on its box, in float32 and in float64.
let private lower (change: Change) arithmetic (network: Network) (box: Interval[]) (region: Region) =
    let form = NetworkForm.read arithmetic box.Length box network |> change.Form
    let padded = Padded.create form |> change.Padded
    let goals = Goals.create form region
    let bounds = Bounds(padded, engine, 2)

    bounds.Boxes.SetInput(
        0,
        box |> Array.map (fun (x: Interval) -> x.Lower),
        box |> Array.map (fun (x: Interval) -> x.Upper)
    )

    bounds.Boxes.Inherit(0, null)
    bounds.Compute(1, true)
    let count = goals.Conditions.Size
    let conditions = ConditionBounds(padded, goals, bounds)
    let asked = Array.init count (fun condition -> struct (0, condition))
    let found = conditions.Find asked
    let improved = Array.copy found
    conditions.Improve(asked, improved, 3)

    let slow =
        Array.init count (fun condition ->
            let struct (bound, _) =
                Backward.lower padded bounds.Boxes 0 goals.Conditions condition 1.0

            bound)

    [
        "float32", Array.map _.Bound found
        "with better slopes", Array.map _.Bound improved
        "float64", slow
    ]

/// Complaints about outputs outside their bounds at points of a box: what float32 computes, or what is exact.
let outsideAt (change: Change) (network: Network) (box: Interval[]) (outputs: int) (points: float[][]) =
    let region = outputsOf box outputs
    let float32Bounds = lower change Arithmetic.Float32 network box region
    let realBounds = lower change Arithmetic.Real network box region

    let complaints point order bounds slack (y: float[]) =
        [
            for name, (bounds: float[]) in bounds do
                for i in 0 .. outputs - 1 do
                    let size = slack * (1.0 + abs y[i])
                    let low, high = bounds[2 * i], -bounds[2 * i + 1]

                    // no number is not within finite bounds, and bounds that are not numbers prove nothing
                    if low > y[i] + size || high < y[i] - size || Double.IsNaN y[i] && low > -infinity then
                        $"{name}: output {i} is {y[i]:R} at %A{point}, summed {order}, outside [{low:R}, {high:R}]"
        ]

    // float64 results are exact up to far less than the slack
    [
        for point in points do
            for order, y in computed network point do
                if order = "in double precision" then
                    yield! complaints point order realBounds 1e-12 y
                else
                    yield! complaints point order float32Bounds 0.0 y
    ]

let outside (change: Change) (case: Case) : string list =
    outsideAt change (network case) (box case) case.Outputs (points case 12)

/// Complaints about exact outputs beside their bounds in real arithmetic, for functions with fractions as values.
let beside (change: Change) (case: Case) : string list =
    let network = network case

    let bounds =
        lower change Arithmetic.Real network (box case) (outputsOf (box case) case.Outputs)

    [
        for point in points case 4 do
            let x = Tensor.input "x" [ 1; point.Length ]

            let y =
                ExactValues.ofGraph
                    [ "x", point |> Array.map (fun (x: float) -> Rational.Of x) ]
                    (Network.forward network x)

            for name, bounds in bounds do
                for i in 0 .. case.Outputs - 1 do
                    let low, high = bounds[2 * i], -bounds[2 * i + 1]

                    if
                        Double.IsFinite low && Rational.Of low > y[i]
                        || Double.IsFinite high && Rational.Of high < y[i]
                    then
                        $"{name}: output {i} is about {Rational.toFloat y[i]:R} at %A{point}, outside [{low:R}, {high:R}]"
    ]

/// Complaints about a row of the table, as a network of all its operands.
let rowOutside (change: Change) (row: Row) (case: Hybrid.Testing.Case) : string list =
    let operands = row.Operands case.Extents
    let sizes = operands |> List.map (fun operand -> Shape.size operand.Shape)

    let build (x: Tensor) =
        List.map3
            (fun (operand: Operand) first size -> Tensor.reshape operand.Shape (Tensor.slice 1 first size x))
            operands
            (List.scan (+) 0 sizes |> List.truncate sizes.Length)
            sizes
        |> row.Build
        |> fun y -> Tensor.reshape [ 1; Shape.size y.Shape ] y

    let values = List.concat case.Values
    let key = values |> List.sumBy (fun x -> int (1024.0 * x)) |> abs |> uint64
    let radius = [| 0.0; 1e-4; 0.05; 0.5 |][int (key % 4UL)]
    let single (x: float) = float (float32 x)
    let u = Random.uniforms key 1UL (4 * values.Length)

    let box =
        operands
        |> List.map2
            (fun values operand ->
                values
                |> List.map (fun x ->
                    match operand.Domain with
                    | Between(least, most) ->
                        {
                            Lower = single (max least (x - radius))
                            Upper = single (min most (x + radius))
                        }
                    | _ -> Interval.exactly x))
            case.Values
        |> List.concat
        |> Array.ofList

    let points =
        Array.init 4 (fun point ->
            box
            |> Array.mapi (fun i x ->
                let t = u[point * box.Length + i]
                Math.Clamp(single (x.Lower + t * (x.Upper - x.Lower)), x.Lower, x.Upper)))

    let network = Network.ofLayer (Layer.ofFunction row.Name build)
    let outputs = Shape.size (build (Tensor.input "x" [ 1; box.Length ])).Shape
    outsideAt change network box outputs points

/// Complaints about single neurons of few inputs near powers of two, whose roundings add up: w x + b as computed.
let roundings (change: Change) (key: int) : string list =
    let u = Random.uniforms (uint64 key) 5UL 8 |> Array.map (fun u -> 1.0 + 0.01 * u)
    let inputs = 1 + key % 2
    let single (x: float) = float (float32 x)
    let weight = Array.init inputs (fun i -> float32 u[i])
    let point = Array.init inputs (fun i -> single u[2 + i])
    let bias = float32 ((u[4] - 1.0) * 1e-4)

    let network =
        Linear.network
            {
                Weight = Tensor.single [ 1; inputs ] weight
                Bias = Some(Tensor.single [ 1 ] [| bias |])
            }

    let box = point |> Array.map Interval.exactly

    [
        for name, bounds in lower change Arithmetic.Float32 network box (outputsOf box 1) do
            for order, y in computed network point do
                if not (bounds[0] <= y[0] && -bounds[1] >= y[0]) then
                    $"{name}: {y[0]:R}, summed {order}, outside [{bounds[0]:R}, {-bounds[1]:R}]"
    ]

/// Complaints about lines that a curve crosses, at many places of an interval.
let crossed (lines: Curve -> Interval -> Lines) (curve: Curve) (x: Interval) : string list =
    let line = lines curve x

    [
        for i in 0..200 do
            let z =
                Math.Clamp(x.Lower + float i / 200.0 * (x.Upper - x.Lower), x.Lower, x.Upper)

            let y = Curve.value curve z
            // the sums here are rounded
            let slack = 1e-15 * (1.0 + abs z + abs y)
            let at (slope: float32) (shift: float32) = float slope * z + float shift

            if
                not (
                    at line.LowerSlope line.LowerShift <= y + slack
                    && at line.UpperSlope line.UpperShift >= y - slack
                )
            then
                $"%A{curve} at {z:R} is {y:R}, not between {at line.LowerSlope line.LowerShift:R} and {at line.UpperSlope line.UpperShift:R}"
    ]
