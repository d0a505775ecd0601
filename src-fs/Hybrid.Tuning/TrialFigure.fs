namespace Hybrid.Tuning

open Hybrid.Figures
open Hybrid.Models

/// A picture of a search.
module TrialFigure =
    /// The score of each trial, by how far it was trained, and the best one so far.
    let draw (metric: Metric option) (trials: Trial list) : Figure =
        let scored =
            trials
            |> List.choose (fun trial -> trial.Score |> Option.map (fun score -> trial, score))
            |> Array.ofList

        let best =
            scored
            |> Array.scan
                (fun (best: TrialScore option) (_, score) ->
                    if Trial.compare metric (Some score) best < 0 then
                        Some score
                    else
                        best)
                None
            |> Array.choose id
            |> Array.map _.Value

        let numbers = Array.map (fun (trial: Trial, _) -> float trial.Number)

        let reached =
            scored
            |> Array.map (fun (trial, _) -> trial.Reached)
            |> Array.distinct
            |> Array.sort

        let name = metric |> Option.map _.Name |> Option.defaultValue "loss"

        Chart.create
            "Trials"
            (Axis.linear "trial")
            (Axis.linear name)
            [
                for index, epochs in Array.indexed reached do
                    let some = scored |> Array.filter (fun (trial, _) -> trial.Reached = epochs)

                    Scatter.points
                        (Series(index + 1))
                        $"{epochs} epochs"
                        (numbers some)
                        (some |> Array.map (fun (_, score) -> score.Value))

                Lines.line (Series 0) "best so far" (numbers scored) best
            ]
        |> Chart.draw
