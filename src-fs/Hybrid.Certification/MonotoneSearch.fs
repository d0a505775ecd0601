namespace Hybrid.Certification

open Hybrid.Core
open Hybrid.Models
open Hybrid.Verification

/// Pairs of rows that violate a claim.
module internal MonotoneSearch =
    /// Searches for two rows that violate the claim, by gradients of their difference.
    let find
        (engine: Engine)
        (model: Model)
        (answers: Answers)
        (case: Case)
        (objective: Objective)
        (output: int)
        (column: int)
        (sign: float)
        (box: Box)
        : (float32[] * float32[]) option =
        let width = model.Inputs
        let _, goals = Conditions.create case objective.Conditions
        let bounds = CaseBounds(engine, case.Padded, goals)

        let _, negative =
            Conditions.create
                case
                (objective.Conditions
                 |> List.map (fun (outputs, constant) -> List.map (fun (i, x) -> i, -x) outputs, -constant))

        let below = CaseBounds(engine, case.Padded, negative)

        let falls =
            if answers.IsSoftmax then
                Objective.probability answers output -1.0
            else
                Objective.output output -1.0

        /// Bounds of the value at a row.
        let value (row: float32[]) : Interval =
            let at (bounds: CaseBounds) =
                bounds.MoveTo(Case.point case row)
                Array.init bounds.Count (fun condition -> bounds.AtPoint(condition, 1.0))

            {
                Lower = objective.Combine(at bounds)
                Upper = -(falls.Combine(at below))
            }

        /// The two rows of a point with a second value of the column.
        let rows (point: float32[]) =
            let at value =
                let row = Array.sub point 0 width
                row[column] <- value
                row

            at (min point[column] point[width]), at (max point[column] point[width])

        let difference (x: Tensor) =
            let first, second = Tensor.slice 1 column 1 x, Tensor.slice 1 width 1 x

            let at (value: Tensor) =
                let parts =
                    [
                        if column > 0 then
                            Tensor.slice 1 0 column x
                        value
                        if column < width - 1 then
                            Tensor.slice 1 (column + 1) (width - 1 - column) x
                    ]

                Network.forward model.Network (Tensor.concat 1 parts) |> Tensor.slice 1 output 1

            at (Tensor.maximum first second) - at (Tensor.minimum first second)

        let ascent =
            Climbs(engine, Network.ofLayer (Layer.ofFunction "difference" difference), width + 1, 1, false)

        let extended (values: float32[]) =
            Array.append values [| values[column] |]

        let middle =
            Array.map2
                (fun low high -> if low = high then low else 0.5f * low + 0.5f * high)
                box.Least
                box.Most

        let climb =
            {
                Start = extended middle
                Least = extended box.Least
                Most = extended box.Most
                Factors = [| float32 -sign |]
                Aside = [||]
            }

        let best = ref 0f
        let found: float32[] ref = ref null

        ascent.Run(
            [| climb |],
            256,
            30,
            1UL,
            fun _ value point ->
                if value > best.Value then
                    best.Value <- value
                    found.Value <- point ()
        )

        if isNull found.Value then
            None
        else
            let lower, upper = rows found.Value
            let atLower, atUpper = value lower, value upper

            let isViolated =
                if sign > 0.0 then
                    atUpper.Upper < atLower.Lower
                else
                    atUpper.Lower > atLower.Upper

            if isViolated then Some(lower, upper) else None
