namespace Hybrid.Lecture

/// R17: which activation to take.
module Advice =
    let experiment: Experiment =
        {
            Name = "advice"
            Row = "R17"
            Title = "Which activation to use"
            Claim =
                "Use ReLU, be careful with the learning rate and watch the share of dead units; if that is a concern, try leaky ReLU or maxout; never use sigmoid; tanh may be tried, but expect it to do worse."
            Source = "the lecture, slide \"Use the ReLU non-linearity\""
            Band = ""
            Data = NoData
            Run =
                fun _ ->
                    Outcome.text
                        [
                            "What stands behind each part: R9 (sigmoids saturate), R10 and R11 (centred outputs), R12 and R13 (ReLU learns fast and is cheap), R14 (dead units), R15 and R16 (leaky ReLU and maxout)."
                            "hybrid doctor MODEL DATA holds a trained model to this advice: it reports dead and saturated units, vanishing gradients, the size of updates and sigmoids in hidden layers, each with what to try."
                            "hybrid train takes ReLU and a start that suits it unless told otherwise: --activation, or --maxout, choose another one."
                        ]
        }
