/// What must hold of certified rows, moved answers, margins, ranges and monotone columns: inputs are drawn in raw columns, and go
/// through the model's own preprocessing in every order of summation.
module internal Hybrid.Properties.CertificationLaws

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification
open Hybrid.Certification
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.ModelCase

/// What float32 computes for a row in every order of summation.
let computed32 (network: Network) (row: float32[]) : (string * float[]) list =
    computed network (Array.map float row)
    |> List.filter (fun (order, _) -> order <> "in double precision")

let options =
    { CertifyOptions.defaults with
        Boxes = 60L
    }

let private shown (row: float32[]) = $"%A{row}"

let isClass (label: int) (y: float[]) =
    y |> Array.indexed |> Array.forall (fun (i, p) -> i = label || p < y[label])

/// Complaints about certified and attacked rows.
let certified (change: Change) (case: ModelCase) : string list =
    let model = model case
    let table = table case model

    let found =
        Certification.classes
            engine
            options
            (change.Freedoms(freedoms case))
            None
            (modelBy change case)
            table
            [| 0 .. rowCount - 1 |]

    [
        for result in found do
            let own = row table result.Row

            match result.Verdict, result.Attack with
            | RowVerdict.Certified, _ ->
                for other in around case 1.0 own 15 do
                    for order, y in computed32 model.Network other do
                        if not (isClass result.Class y) then
                            $"row {shown own} is certified as {result.Class}, but {shown other} has %A{y}, summed {order}"
            | RowVerdict.Attacked, Some other ->
                for order, y in computed32 model.Network other do
                    if isClass result.Class y then
                        $"row {shown own} is attacked at {shown other}, but its class is {result.Class}, summed {order}"

                for j in [ 0; 1; 3 ] do
                    match (freedoms case)[j] with
                    | Freedom.Within radius when not (Single.IsNaN own[j]) ->
                        if abs (float other[j] - float own[j]) > radius then
                            $"row {shown own} is attacked at {shown other}, which is outside the box"
                    | _ -> ()
            | RowVerdict.Attacked, None -> "an attack without a row"
            | RowVerdict.Wrong, _ -> "a row with the model's own class is wrong"
            | RowVerdict.Undecided, _ -> ()
    ]

/// Complaints about answers outside the intervals that are proved.
let moved (change: Change) (case: ModelCase) : string list =
    let model = model case
    let table = table case model

    [
        for result in
            Quantities.move
                engine
                options
                (change.Freedoms(freedoms case))
                (modelBy change case)
                table
                [| 0 .. rowCount - 1 |] do
            let own = row table result.Row
            let proved = change.Range result.Proved

            if
                not (
                    result.Proved.Lower <= result.Attacked.Lower
                    && result.Attacked.Upper <= result.Proved.Upper
                )
            then
                $"row {shown own}: attacked %A{result.Attacked} is not within %A{result.Proved}"

            if not (result.Proved.Upper - result.Proved.Lower < infinity) then
                $"row {shown own}: nothing is proved"

            for other in around case 1.0 own 15 do
                for order, y in computed32 model.Network other do
                    if not (Interval.contains y[0] proved) then
                        $"row {shown own}: {shown other} has {y[0]:R}, summed {order}, outside %A{proved}"
    ]

/// Complaints about margins.
let margins (change: Change) (case: ModelCase) : string list =
    let case =
        { case with
            AnyCategory = false
            Radius = max 0.05 case.Radius
        }

    let model = model case
    let table = table case model

    let found =
        Certification.classes engine options (freedoms case) (Some 1.0) model table [| 0 .. rowCount - 1 |]

    [
        for result in found do
            let own = row table result.Row
            let margin = result.Margin.Value
            let proved = change.Margin margin.Proved

            if not (proved <= margin.Attacked) && not (Double.IsNaN proved) then
                $"row {shown own}: proved up to {proved:R}, attacked at {margin.Attacked:R}"

            if proved > 0.0 then
                for other in around case proved own 15 do
                    for order, y in computed32 model.Network other do
                        if not (isClass result.Class y) then
                            $"row {shown own} is proved up to {proved:R}, but {shown other} has %A{y}, summed {order}"
    ]

/// The box of all rows.
let private box (model: Model) (table: Table) =
    InputBox.read model (fun _ -> table) [ "rows" ]

/// Complaints about the ranges of outputs.
let ranges (case: ModelCase) : string list =
    let model = model case

    // without missing values, which the box does not have
    let table =
        let table = table { case with HasMissing = false } model

        { table with
            Features = table.Features |> Array.map (fun x -> if Single.IsNaN x then 0.25f else x)
        }

    let found = Ranges.find engine options (box model table)

    [
        for index in 0 .. rowCount - 1 do
            for order, y in computed32 model.Network (row table index) do
                for i in 0 .. y.Length - 1 do
                    if not (Interval.contains y[i] found[i].Proved) then
                        $"output {i} of {shown (row table index)} is {y[i]:R}, summed {order}, outside %A{found[i].Proved}"

        for range in found do
            if
                not (
                    range.Proved.Lower <= range.Attacked.Lower
                    && range.Attacked.Upper <= range.Proved.Upper
                )
            then
                $"{range.Name}: attacked %A{range.Attacked} is not within %A{range.Proved}"
    ]

/// Complaints about columns with which an answer rises.
let monotone (case: ModelCase) : string list =
    let model = model case

    let table =
        let table = table { case with HasMissing = false } model

        { table with
            Features = table.Features |> Array.map (fun x -> if Single.IsNaN x then 0.25f else x)
        }

    let output = max 0 (case.Classes - 1)

    let found =
        Monotone.verify
            engine
            { options with Boxes = 300L }
            [ 0, Direction.Up; 1, Direction.Down; 3, Direction.Up ]
            output
            (box model table)

    let value (row: float32[]) =
        computed model.Network (Array.map float row)
        |> List.find (fst >> (=) "in double precision")
        |> snd
        |> Array.item output

    [
        for result in found do
            let sign = if result.Direction = Direction.Up then 1.0 else -1.0
            let column = [| for i in 0 .. rowCount - 1 -> (row table i)[result.Column] |]

            match result.Verdict with
            | MonotoneVerdict.Holds ->
                for i in 0 .. rowCount - 1 do
                    let at x =
                        Array.updateAt result.Column x (row table i)

                    for low, high in Array.pairwise (Array.sort column) do
                        let before, after = value (at low), value (at high)

                        if sign * (after - before) < -1e-9 * (1.0 + abs before) then
                            $"{columns[result.Column].Name} holds, but {before:R} at {low} becomes {after:R} at {high}"
            | MonotoneVerdict.Violated(lower, upper) ->
                if not (lower[result.Column] < upper[result.Column]) then
                    "two rows in the wrong order"

                if Array.updateAt result.Column 0f lower <> Array.updateAt result.Column 0f upper then
                    "two rows that differ in another column"

                for (order, a), (_, b) in
                    List.zip (computed32 model.Network lower) (computed32 model.Network upper) do
                    if not (sign * (b[output] - a[output]) < 0.0) then
                        $"a violation with {a[output]:R} and {b[output]:R}, summed {order}"
            | MonotoneVerdict.Undecided -> ()
    ]

/// Complaints about derivatives below their bounds.
let slopes (change: Change) (case: Case) : string list =
    let network, box = network case, VerificationCase.box case
    let form = NetworkForm.read Arithmetic.Real box.Length box network
    let padded = Padded.create form
    let bounds = Bounds(padded, engine, 1)

    bounds.Boxes.SetInput(
        0,
        box |> Array.map (fun (x: Interval) -> x.Lower),
        box |> Array.map (fun (x: Interval) -> x.Upper)
    )

    bounds.Boxes.Inherit(0, null)
    bounds.Compute(1, true)

    let outputs (point: float[]) =
        computed network point |> List.find (fst >> (=) "in double precision") |> snd

    [
        for input in 0 .. box.Length - 1 do
            let slopes = SlopeBounds(padded, bounds.Boxes, 0, change.Input input % box.Length)

            for point in points case 8 do
                let other =
                    if point[input] < 0.5 * (box[input].Lower + box[input].Upper) then
                        box[input].Upper
                    else
                        box[input].Lower

                let run = other - point[input]

                if abs run > 1e-4 then
                    let before, after = outputs point, outputs (Array.updateAt input other point)

                    for output in 0 .. before.Length - 1 do
                        let slope = (after[output] - before[output]) / run

                        for sign in [ 1.0; -1.0 ] do
                            let bound = slopes.Lower(form.Output, output, sign)

                            if not (bound <= sign * slope + 1e-9 * (1.0 + abs slope)) then
                                $"output {output} by input {input}: {sign} times {slope:R} is below {bound:R}"
    ]
