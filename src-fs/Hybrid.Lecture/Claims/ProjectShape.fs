namespace Hybrid.Lecture

open Hybrid.Core

/// R39: the parts of this program.
module internal ProjectShape =
    /// The public modules that make layers.
    let layers: string list =
        [ "Activation"; "Dropout"; "Embedding"; "Linear"; "Maxout"; "Noise" ]

    let private run (_: Setting) : Outcome =
        let listed = String.concat ", " layers

        { Outcome.text
              [
                  $"A layer is a record of parameters and a pure function; layers compose with >=> into networks. Modules that make layers: {listed}."
                  "Gradients come from the graph by automatic differentiation; the laws that FsCheck checks are in properties/, and R1 has a sample of them."
                  "The C# API (src/Hybrid) trains, saves and predicts; the command is a program on top of it. The tests of this row: dotnet test Hybrid.sln."
              ] with
            Measurements =
                [
                    Measurement.own "modules that make layers" (float layers.Length)
                    Measurement.own "activations" (float Activation.functions.Length)
                    Measurement.own "losses" (float Loss.all.Length)
                    Measurement.own "optimizers" (float Optimizer.all.Length)
                    Measurement.own "learning rate schedules" (float Schedule.all.Length)
                ]
        }

    let experiment: Experiment =
        {
            Name = "project-shape"
            Row = "R39"
            Title = "What this program is made of"
            Claim =
                "A functional core whose layers are records that compose into a network, gradients by automatic differentiation, properties by FsCheck, and a C# API."
            Source = "this project's README"
            Data = NoData
            Run = run
        }
