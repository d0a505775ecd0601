namespace Hybrid.Lecture

open Hybrid.Core

/// R21: neurons and parameters of fully connected networks, Σ (nᵢ + 1) nᵢ₊₁; exact, on the slides' two networks and 1,000 random
/// ones.
module internal NetworkSizes =
    let private summary (sizes: int list) =
        Summary.ofNetwork sizes.Head (Dense.network "relu" 1UL sizes)

    let private weights (sizes: int list) =
        Network.parameters (Dense.network "relu" 1UL sizes)
        |> List.map snd
        |> List.filter Regularizer.isWeight
        |> List.sumBy (fun weight -> Shape.size weight.Shape)

    /// Random networks whose parameters or neurons differ from the formula.
    let private wrong (seed: uint64) =
        let one index =
            let numbers = Random.uniforms (Random.split seed index) 0UL 7
            let depth = 2 + int (5.0 * numbers[0])
            let sizes = List.init depth (fun i -> 1 + int (20.0 * numbers[i + 1]))
            let summary = summary sizes

            summary.Parameters
            <> (List.pairwise sizes |> List.sumBy (fun (a, b) -> (a + 1) * b))
            || summary.Neurons <> List.sum sizes.Tail

        List.init 1000 one |> List.filter id |> List.length

    let private run (setting: Setting) : Outcome =
        let first, second = [ 3; 4; 2 ], [ 3; 4; 4; 1 ]

        let counts =
            [
                "neurons of 3-4-2", (summary first).Neurons, 6
                "weights of 3-4-2", weights first, 20
                "parameters of 3-4-2", (summary first).Parameters, 26
                "neurons of 3-4-4-1", (summary second).Neurons, 9
                "weights of 3-4-4-1", weights second, 32
                "parameters of 3-4-4-1", (summary second).Parameters, 41
            ]

        let wrong = wrong setting.Seed

        let conditions =
            Condition.never
                "1,000 random networks have Σ (nᵢ + 1) nᵢ₊₁ parameters"
                wrong
                "a count is right or wrong"
            :: [
                for name, count, published in counts ->
                    Condition.exactly
                        $"{name}: {published}"
                        (float count)
                        (float published)
                        "printed on the slide"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                (counts
                 |> List.map (fun (name, count, published) ->
                     Measurement.versus (float published) name (float count)))
                @ [
                    Measurement.own "random networks of 1,000 that break the formula" (float wrong)
                ]
            Seeds = 1
            Notes =
                [
                    "The lecture says that modern convolutional networks have about 100 million parameters in 10 to 20 layers; they share parameters, so they have many more connections. There are no convolutions here."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "network-sizes"
            Row = "R21"
            Title = "How large a network is"
            Claim =
                "The network 3-4-2 has 6 neurons and 20 weights + 6 biases = 26 parameters; 3-4-4-1 has 9 neurons and 32 + 9 = 41."
            Source = "the lecture, slide \"Size of neural networks\""
            Data = NoData
            Run = run
        }
