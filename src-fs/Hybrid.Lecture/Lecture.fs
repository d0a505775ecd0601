namespace Hybrid.Lecture

open Hybrid.Core

/// The lecture's claims, in its order.
module Lecture =
    /// Every experiment, by the rows of the lecture.
    let experiments: Experiment list =
        [
            Brain.experiment
            Neuron.experiment
            AlexNet.experiment
            Dead.experiment
            Universal.experiment
            Bumps.experiment
            Useless.experiment
            DepthSeparation.experiment
            Nielsen.experiment
            Mimic.experiment
            Hints.experiment
            References.experiment
        ]

    /// The names of the rows, R1 to R39, and their experiments.
    let rows: (string * Experiment list) list =
        experiments
        |> List.groupBy _.Row
        |> List.sortBy (fun (row, _) -> int (row.Substring 1))

    /// <summary>The experiment of a name.</summary>
    /// <exception cref="T:Hybrid.Core.HybridException">There is none; the message lists the names.</exception>
    let find (name: string) : Experiment =
        Named.find "experiment" _.Name experiments name

    /// <summary>Runs an experiment.</summary>
    /// <exception cref="T:Hybrid.Core.HybridException">The setting does not fit it, or its data cannot be read.</exception>
    let run (setting: Setting) (experiment: Experiment) : Outcome =
        if setting.Data.IsSome && experiment.Data = NoData then
            raise (
                HybridException $"The experiment {experiment.Name} takes no data of yours. Leave --data out."
            )

        experiment.Run setting
