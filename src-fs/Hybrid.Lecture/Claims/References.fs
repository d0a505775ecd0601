namespace Hybrid.Lecture

/// R37: the lecture's references, and where they are run here.
module internal References =
    let experiment: Experiment =
        {
            Name = "references"
            Row = "R37"
            Title = "Additional references"
            Claim = "The lecture ends with references for further reading."
            Source = "the lecture, slide \"Additional References\""
            Data = NoData
            Run =
                fun _ ->
                    Outcome.text
                        [
                            "Cybenko, \"Approximation by superpositions of a sigmoidal function\" (1989): sums of sigmoids are dense in the continuous functions on a cube. Run by universal (R24)."
                            "Nielsen, \"Neural networks and deep learning\" (2015), chapter 4: a visual proof of the same. Run by nielsen (R37), bumps (R25) and useless (R26)."
                            "Goodfellow, Bengio and Courville, \"Deep learning\" (2016): the textbook; its part on approximation and depth is run by depth-separation (R27)."
                            "Ba and Caruana, \"Do deep nets really need to be deep?\" (2014): shallow networks learn from deep ones. Run by mimic (R37)."
                            "Romero et al., \"FitNets: hints for thin deep nets\" (2015): hidden layers as hints. Run by hints (R37)."
                            "Choromanska et al., \"The loss surfaces of multilayer networks\" (2015): the larger the network, the more alike its local minima. Run by loss-surfaces and small-networks (R32)."
                        ]
        }
