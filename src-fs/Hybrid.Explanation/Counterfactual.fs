namespace Hybrid.Explanation

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// The answer that is wanted.
[<RequireQualifiedAccess>]
type Goal =
    /// The class of this index.
    | Class of int
    /// A quantity of at least this, in its own unit.
    | AtLeast of float
    /// A quantity of at most this, in its own unit.
    | AtMost of float

/// A row with the wanted answer, near another row.
type Counterfactual =
    {
        /// The new row, as the model takes it.
        Features: float32[]
        /// The columns that differ, by index.
        Changed: int list
        /// √Σ dⱼ², with the change of a number in standard deviations of its column, and 1 for a different category.
        Distance: float
        /// What the model returns for the new row: it has been predicted.
        Outputs: float[]
    }

/// <summary>The nearest row with another answer: what would have to be different. Numbers stay within the range of the table, whole
/// numbers stay whole, categories are those of the column, and every row that is returned has been predicted.</summary>
/// <remarks>Wachter, Mittelstadt and Russell, "Counterfactual explanations without opening the black box" (2017). The search along
/// gradients is that of Hasofer, Lind, Rackwitz and Fiessler for the nearest point of a surface: Rackwitz and Fiessler, "Structural
/// reliability under combined random load sequences" (1978).</remarks>
module Counterfactual =
    let private steps, neighbours, mostCategories, halvings = 40, 20, 200, 30

    /// The search for one row.
    type private Search
        (engine: Engine, model: Model, table: Table, goal: Goal, isFixed: bool[], from: float32[]) =
        let width = model.Inputs
        let axes = Array.init width (ColumnAxis.create table)
        let inference = Inference.create engine model.Network width

        let scores = Model.scores model
        let x = Tensor.input "x" [ 1; width ]
        let offset = Column.offset model.Schema.Targets[0]

        /// What is to rise from below 0 to 0; differentiable.
        let lack =
            let outputs = Network.forward scores x
            let output index = Tensor.slice 1 index 1 outputs

            match goal with
            | Goal.Class wanted ->
                [ 0 .. outputs.Shape[1] - 1 ]
                |> List.filter ((<>) wanted)
                |> List.map output
                |> List.reduce Tensor.maximum
                |> fun others -> output wanted - others
            | Goal.AtLeast value -> outputs - (value - offset)
            | Goal.AtMost value -> (value - offset) - outputs
            |> Tensor.sumAll

        let slope = Derivative.gradient lack [ x ] |> List.exactlyOne

        let outputs (row: float32[]) =
            inference.Run row |> Prediction.inUnit model

        let holds (row: float32[]) =
            let outputs = outputs row

            match goal with
            | Goal.Class wanted -> Metrics.predictedClass (ReadOnlySpan(Array.map float32 outputs)) = wanted
            | Goal.AtLeast value -> outputs[0] >= value
            | Goal.AtMost value -> outputs[0] <= value

        let canMove j =
            not isFixed[j] && not axes[j].IsCategory && not (Single.IsNaN from[j])

        /// A possible value of a column near a number: whole where it must be, away from the row rather than towards it.
        let possible j (value: float) : float32 =
            let axis = axes[j]

            let whole =
                if not axis.IsWhole then
                    float32 value
                elif value > float from[j] then
                    float32 (ceil (value - 1e-6))
                else
                    float32 (floor (value + 1e-6))

            min axis.Most (max axis.Least whole)

        /// From a row along gradients to the nearest point of the linearised goal, again and again; then a little further, until
        /// the goal is reached.
        let descend (start: float32[]) : float32[] option =
            let scaled (row: float32[]) =
                Array.init width (fun j ->
                    if canMove j then
                        (float row[j] - float start[j]) / axes[j].Spread
                    else
                        0.0)

            let placed (value: int -> float -> float32) (stretch: float) (z: float[]) =
                Array.init width (fun j ->
                    if canMove j && z[j] <> 0.0 then
                        value j (float start[j] + stretch * z[j] * axes[j].Spread)
                    else
                        start[j])

            // gradients are taken between whole numbers too
            let inside j (value: float) =
                min axes[j].Most (max axes[j].Least (float32 value))

            let step (row: float32[]) =
                match Eager.evaluate engine [ "x", row ] [ lack; slope ] with
                | [ value; slope ] ->
                    let g =
                        Array.init width (fun j -> if canMove j then float slope[j] * axes[j].Spread else 0.0)

                    let squares = g |> Array.sumBy (fun g -> g * g)
                    let z = scaled row

                    if squares > 0.0 then
                        let towards =
                            (Array.fold2 (fun sum g z -> sum + g * z) 0.0 g z - float value[0]) / squares

                        Some(g |> Array.map (fun g -> towards * g))
                    else
                        None
                | _ -> None

            let stretches = [ 1.0; 1.0001; 1.001; 1.01; 1.1; 1.5; 2.0; 4.0 ]

            ((start, None), seq { 1..steps })
            ||> Seq.scan (fun (row, found) _ ->
                match found, step row with
                | None, Some z ->
                    let reached =
                        stretches
                        |> Seq.map (fun stretch -> placed possible stretch z)
                        |> Seq.tryFind holds

                    placed inside 1.0 z, reached
                | _ -> row, found)
            |> Seq.choose snd
            |> Seq.tryHead

        /// With another value of a column, if the row is nearer then and the goal still holds.
        let nearer (best: float32[]) j (value: float32) : float32[] option =
            let row = Array.updateAt j value best

            if
                not (ColumnAxis.areSame value best[j])
                && ColumnAxis.distance axes from row < ColumnAxis.distance axes from best
                && holds row
            then
                Some row
            else
                None

        /// A column back to the row as far as the goal allows.
        let back (best: float32[]) j : float32[] =
            match nearer best j from[j] with
            | Some row -> row
            | None when canMove j && not (ColumnAxis.areSame best[j] from[j]) ->
                // between the row's value, which does not hold, and the best one, which does
                ((best, float from[j]), seq { 1..halvings })
                ||> Seq.fold (fun (best, near) _ ->
                    let middle = (near + float best[j]) / 2.0

                    match nearer best j (possible j middle) with
                    | Some row -> row, near
                    | None -> best, middle)
                |> fst
            | None -> best

        /// Every column back to the row, again and again while that helps.
        let rec refine (rounds: int) (best: float32[]) : float32[] =
            let next = Seq.fold back best (seq { 0 .. width - 1 })

            if rounds <= 1 || obj.ReferenceEquals(next, best) then
                next
            else
                refine (rounds - 1) next

        /// All numbers together towards the row, as far as the goal allows.
        let shrink (row: float32[]) : float32[] =
            let at part =
                Array.init width (fun j ->
                    if canMove j && not (ColumnAxis.areSame from[j] row[j]) then
                        possible j (float from[j] + part * (float row[j] - float from[j]))
                    else
                        row[j])

            let mutable least, most = 0.0, 1.0

            for _ in 1..halvings do
                let middle = (least + most) / 2.0

                if holds (at middle) then
                    most <- middle
                else
                    least <- middle

            let found = at most
            if holds found then found else row

        /// The row with each single other category, where these are not fixed.
        let starts () =
            [
                from
                for j in 0 .. width - 1 do
                    match table.Columns[j].Kind with
                    | Category names when not isFixed[j] ->
                        for code in 0 .. names.Length - 1 do
                            if float32 code <> from[j] then
                                Array.updateAt j (float32 code) from
                    | _ -> ()
            ]
            |> List.truncate mostCategories

        /// The nearest rows of the table that have the answer, with the fixed columns of the row.
        let known () =
            [| 0 .. table.Examples - 1 |]
            |> Array.map (fun row ->
                Array.init width (fun j ->
                    if isFixed[j] then
                        from[j]
                    else
                        table.InMemory[row * width + j]))
            |> Array.sortBy (ColumnAxis.distance axes from)
            |> Seq.filter holds
            |> Seq.truncate neighbours
            |> List.ofSeq

        member _.Holds = holds from

        member _.Find() : Counterfactual option =
            let reached =
                starts ()
                |> List.choose (fun start -> if holds start then Some start else descend start)

            (reached @ known ())
            |> List.map (shrink >> refine 4)
            |> List.sortBy (ColumnAxis.distance axes from)
            |> List.tryHead
            |> Option.map (fun row ->
                {
                    Features = row
                    Changed =
                        [ 0 .. width - 1 ]
                        |> List.filter (fun j -> not (ColumnAxis.areSame from[j] row[j]))
                    Distance = ColumnAxis.distance axes from row
                    Outputs = outputs row
                })

    /// <summary>The nearest row with the wanted answer that the search finds: the nearest one of all for a linear model.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="model">The model.</param>
    /// <param name="table">With the model's columns: their spread, their range, and rows to start from.</param>
    /// <param name="keeps">Whether each column keeps its value.</param>
    /// <param name="goal">The answer that is wanted.</param>
    /// <param name="row">A row of the table, by index.</param>
    /// <returns>None if no row with that answer was found.</returns>
    /// <exception cref="T:Hybrid.HybridException">The row has the answer already.</exception>
    let ofRow
        (engine: Engine)
        (model: Model)
        (table: Table)
        (keeps: bool[])
        (goal: Goal)
        (row: int)
        : Counterfactual option =
        if model.Schema.Targets.Length > 1 then
            raise (
                HybridException
                    $"The model predicts {model.Schema.Targets.Length} targets; a counterfactual needs a model of one."
            )

        let from = Array.sub table.InMemory (row * model.Inputs) model.Inputs
        let search = Search(engine, model, table, goal, keeps, from)

        if search.Holds then
            raise (HybridException "The row has the wanted answer already.")

        search.Find()
