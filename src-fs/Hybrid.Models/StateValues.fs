namespace Hybrid.Models

open System
open System.IO
open Hybrid.Core

/// A value in a checkpoint, under a name.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal StateValue =
    | Text of string
    | Whole of int64
    | Singles of float32[]
    | Doubles of float[]

/// A training's state as values with names, and back.
module internal StateValues =
    // ---- measures as numbers

    let private ofQuality (quality: Quality) : float list =
        match quality with
        | Classified(accuracy, confusion) ->
            float (Array2D.length1 confusion)
            :: accuracy
            :: List.ofSeq (Seq.cast<float> confusion)
        | Estimated(rmse, mae, r2) -> [ 0.0; rmse; mae; r2 ]

    let private ofMeasures (measures: Measures) : float[] =
        [
            [ float measures.Examples; measures.Weight; measures.Loss ]
            ofQuality measures.Quality
            List.collect ofQuality measures.Each
        ]
        |> List.concat
        |> Array.ofList

    let private toMeasures (numbers: float[]) : Measures =
        let rec qualities (at: int) : Quality list =
            if at = numbers.Length then
                []
            elif numbers[at] = 0.0 then
                Estimated(numbers[at + 1], numbers[at + 2], numbers[at + 3])
                :: qualities (at + 4)
            else
                let classes = int numbers[at]

                let confusion =
                    Array2D.init classes classes (fun i j -> numbers[at + 2 + i * classes + j])

                Classified(numbers[at + 1], confusion) :: qualities (at + 2 + classes * classes)

        match qualities 3 with
        | quality :: each ->
            {
                Examples = int numbers[0]
                Weight = numbers[1]
                Loss = numbers[2]
                Quality = quality
                Each = each
            }
        | [] -> raise (EndOfStreamException())

    // ---- a state as entries

    let private number (value: float) = StateValue.Doubles [| value |]

    /// The values of a state.
    let ofState (state: TrainingState) : (string * StateValue) list =
        let standing = Position.standing state.Position

        [
            yield "data", StateValue.Text state.Mark.Data
            yield "layers", StateValue.Text state.Mark.Network
            for name, text in state.Mark.Options -> $"option/{name}", StateValue.Text text
            yield "has ended", StateValue.Whole(if state.HasEnded then 1L else 0L)
            yield "epochs", StateValue.Whole(int64 standing.Epochs)
            yield "best", StateValue.Whole(int64 standing.Best)
            for loss in Option.toList standing.BestLoss -> "best loss", number loss
            match state.Position with
            | Position.Steps steps ->
                yield "steps", StateValue.Whole steps.Steps
                yield "batches", StateValue.Whole(int64 steps.Batches)
                yield "batches per epoch", StateValue.Whole(int64 steps.BatchesPerEpoch)
                yield "sums", StateValue.Doubles [| steps.LossSum; steps.WeightSum |]
                for name, values in steps.Values -> $"value/{name}", StateValue.Singles values
            | Position.Lbfgs { Descent = descent } ->
                yield "iterations", StateValue.Whole(int64 descent.Minimum.Iterations)
                yield "point", StateValue.Doubles descent.Minimum.Point
                yield "minimum", StateValue.Doubles [| descent.Minimum.Value; descent.Minimum.Step |]
                yield "gradient", StateValue.Doubles descent.Gradient

                for s, y, rho in descent.Pairs do
                    yield "pair", StateValue.Doubles(Array.concat [ [| rho |]; s; y ])
            match state.Best with
            | Some best ->
                yield "kept", StateValue.Whole(int64 best.Number)
                yield "kept loss and rate", StateValue.Doubles [| best.TrainingLoss; best.LearningRate |]
                for score in Option.toList best.Score -> "kept score", number score

                for measures in Option.toList best.Validation do
                    yield "kept measures", StateValue.Doubles(ofMeasures measures)

                for name, values in best.Values -> $"kept/{name}", StateValue.Singles values
            | None -> ()
        ]

    /// <summary>The state of values; a name that is missing, or numbers that are too few, are an exception of .NET's.</summary>
    let toState (entries: (string * StateValue) list) : TrainingState =
        let all (choose: StateValue -> 'value option) name =
            entries
            |> List.choose (fun (found, value) -> if found = name then choose value else None)

        let starting (start: string) (choose: StateValue -> 'value option) =
            entries
            |> List.choose (fun (name, value) ->
                if name.StartsWith(start, StringComparison.Ordinal) then
                    choose value |> Option.map (fun value -> name.Substring start.Length, value)
                else
                    None)

        let text value =
            match value with
            | StateValue.Text text -> Some text
            | _ -> None

        let wholeOf value =
            match value with
            | StateValue.Whole whole -> Some whole
            | _ -> None

        let singles value =
            match value with
            | StateValue.Singles numbers -> Some numbers
            | _ -> None

        let doubles value =
            match value with
            | StateValue.Doubles numbers -> Some numbers
            | _ -> None

        let whole name =
            Checked.int (List.head (all wholeOf name))

        let optional name =
            all doubles name |> List.tryHead |> Option.map Array.head

        let two name =
            let numbers = List.head (all doubles name) in numbers[0], numbers[1]

        let standing: Standing =
            {
                Epochs = whole "epochs"
                Best = whole "best"
                BestLoss = optional "best loss"
            }

        let position =
            match all wholeOf "steps" with
            | steps :: _ ->
                let loss, weight = two "sums"

                Position.Steps
                    {
                        Values = starting "value/" singles
                        Steps = steps
                        Standing = standing
                        Batches = whole "batches"
                        BatchesPerEpoch = whole "batches per epoch"
                        LossSum = loss
                        WeightSum = weight
                    }
            | [] ->
                let value, step = two "minimum"
                let point = List.head (all doubles "point")

                Position.Lbfgs
                    {
                        Standing = standing
                        Descent =
                            {
                                Minimum =
                                    {
                                        Point = point
                                        Value = value
                                        Iterations = whole "iterations"
                                        Step = step
                                    }
                                Gradient = List.head (all doubles "gradient")
                                Pairs =
                                    all doubles "pair"
                                    |> List.map (fun pair ->
                                        Array.sub pair 1 point.Length,
                                        Array.sub pair (1 + point.Length) point.Length,
                                        pair[0])
                            }
                    }

        {
            Position = position
            Best =
                all wholeOf "kept"
                |> List.tryHead
                |> Option.map (fun number ->
                    let loss, rate = two "kept loss and rate"

                    {
                        Number = Checked.int number
                        Values = starting "kept/" singles
                        TrainingLoss = loss
                        Validation = all doubles "kept measures" |> List.tryHead |> Option.map toMeasures
                        LearningRate = rate
                        Score = optional "kept score"
                    })
            Mark =
                {
                    Data = List.head (all text "data")
                    Options = starting "option/" text
                    Network = List.head (all text "layers")
                }
            HasEnded = whole "has ended" = 1
        }
