namespace Hybrid.Lecture

open Hybrid.Core

/// The lecture's claims, in its order.
module Lecture =
    /// By the rows of the lecture, except the pictures, which other experiments draw.
    let private claims: Experiment list =
        [
            Backpropagation.experiment
            NeuronDiagram.experiment
            Brain.experiment
            Neuron.experiment
            Caveats.experiment
            SoftmaxNeuron.experiment
            XorNeuron.experiment
            HingeNeuron.experiment
            ChanceLoss.experiment
            Forgetting.experiment
            Sigmoid.experiment
            Saturation.experiment
            Vanishing.experiment
            ZigZag.experiment
            Tanh.experiment
            AlexNet.experiment
            AlexNetCifar.experiment
            ReluCost.experiment
            Dead.experiment
            LeakyRelu.experiment
            MaxoutUnits.experiment
            Advice.experiment
            Acyclic.experiment
            LayerNaming.experiment
            OutputLayer.experiment
            NetworkSizes.experiment
            MatrixForm.experiment
            BatchSpeed.experiment
            Universal.experiment
            Bumps.experiment
            Useless.experiment
            DepthSeparation.experiment
            LayerSizes.experiment
            Capacity.experiment
            Outliers.experiment
            PreferRegularisation.experiment
            NoiseIdentities.experiment
            SmallNetworks.experiment
            RegStrengths.experiment
            BigNetworks.experiment
            Initialisation.experiment
            Depth.experiment
            DepthImages.experiment
            Nielsen.experiment
            Mimic.experiment
            Hints.experiment
            LossSurfaces.experiment
            CaseStudy.experiment
            References.experiment
            Adversarial.experiment
            CertifiedTraining.experiment
            ProjectShape.experiment
        ]

    /// Every experiment.
    let experiments: Experiment list = claims @ [ SlidePictures.experiment claims ]

    /// The names of the rows, R1 to R41, and their experiments.
    let rows: (string * Experiment list) list =
        experiments
        |> List.groupBy _.Row
        |> List.sortBy (fun (row, _) -> int (row.Substring 1))

    /// <summary>The experiment of a name.</summary>
    /// <exception cref="T:Hybrid.HybridException">No experiment has this name; the message lists the names.</exception>
    let find (name: string) : Experiment =
        Named.find "experiment" _.Name experiments name

    /// <summary>Runs an experiment.</summary>
    /// <exception cref="T:Hybrid.HybridException">The setting does not fit it, or its data cannot be read.</exception>
    let run (setting: Setting) (experiment: Experiment) : Outcome =
        if setting.Data.IsSome && experiment.Data = NoData then
            raise (
                OptionException(
                    OptionName.Data,
                    $"does not apply to the experiment {experiment.Name}, which uses only its own data"
                )
            )

        experiment.Run setting
