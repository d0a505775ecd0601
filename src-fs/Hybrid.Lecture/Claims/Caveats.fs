namespace Hybrid.Lecture

/// R5: what the model neuron leaves out.
module internal Caveats =
    let experiment: Experiment =
        {
            Name = "caveats"
            Row = "R5"
            Title = "What the model leaves out"
            Claim =
                "The model is coarse: there are many kinds of neurons, dendrites compute non-linearly, a synapse is more than one weight, and the timing of spikes matters."
            Source =
                "the lecture, slide \"Neuroscience view\"; London and Häusser, \"Dendritic computation\" (2005); Brunel, Hakim and Richardson, \"Single neuron dynamics and computation\" (2014)"
            Data = NoData
            Run =
                fun _ ->
                    Outcome.text
                        [
                            "Nothing here is evidence about brains: neurons in this program are weighted sums followed by a function, called neurons by custom."
                            "Of the four points the program models one: a maxout unit (R16) is a neuron with more than a single weighted sum."
                        ]
        }
