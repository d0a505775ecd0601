namespace Hybrid.Lecture

/// R3: the brain in numbers.
module internal Brain =
    let experiment: Experiment =
        {
            Name = "brain"
            Row = "R3"
            Title = "The brain in numbers"
            Claim = "A human brain has 86 billion neurons, connected by 10¹⁴ to 10¹⁵ synapses."
            Source =
                "the lecture, slide \"neuron\"; the number of neurons is that of Azevedo et al., \"Equal numbers of neuronal and nonneuronal cells make the human brain an isometrically scaled-up primate brain\" (2009)"
            Data = NoData
            Run =
                fun _ ->
                    Outcome.text
                        [
                            "86 billion neurons with 10¹⁴ to 10¹⁵ synapses are about 1,000 to 10,000 synapses per neuron."
                            "A network of the size that the lecture calls modern has about 10⁸ parameters: a millionth of that, or less."
                        ]
        }
