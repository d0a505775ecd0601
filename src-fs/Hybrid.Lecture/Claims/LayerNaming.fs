namespace Hybrid.Lecture

open Hybrid.Core

/// R19: an N-layer network does not count its input; exact for the sizes below.
module internal LayerNaming =
    let private examples = [ [ 3; 1 ], 1; [ 3; 4; 2 ], 2; [ 3; 4; 4; 1 ], 3 ]

    let private depth (sizes: int list) =
        (Summary.ofNetwork sizes.Head (Dense.network "relu" 1UL sizes)).Depth

    let private text (sizes: int list) =
        sizes |> List.map string |> String.concat "-"

    let private run (_: Setting) : Outcome =
        let sizes = [ 3; 4; 4; 1 ]

        let figure = Acyclic.picture "A 3-layer neural network" sizes

        let found =
            examples |> List.map (fun (sizes, published) -> sizes, published, depth sizes)

        let conditions =
            Condition.exactly
                "the picture has the connections of its layers"
                (float (Drawn.ofClass "weight" figure).Length)
                (float (Acyclic.connections sizes))
                "every pair of neighbouring layers once"
            :: Condition.never
                "the picture has no connection within a layer"
                (Drawn.within figure).Length
                "a count of lines"
            :: [
                for sizes, published, depth in found ->
                    Condition.exactly
                        $"{text sizes} is a {published}-layer network"
                        (float depth)
                        (float published)
                        "the slide's count"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                found
                |> List.map (fun (sizes, published, depth) ->
                    Measurement.versus (float published) $"layers of {text sizes}" (float depth))
            Seeds = 0
            Notes =
                [
                    "Logistic regression (R6) and the support vector machine (R7) are the single-layer network 3-1 here: one layer of neurons with its loss."
                ]
            Figures = [ "neural_net2", figure ]
        }

    let experiment: Experiment =
        {
            Name = "layer-naming"
            Row = "R19"
            Title = "The input is not counted as a layer"
            Claim =
                "A network's layers are counted without its input: logistic regression and SVMs are single-layer networks."
            Source = "the lecture, slide \"neural_net2\""
            Data = NoData
            Run = run
        }
