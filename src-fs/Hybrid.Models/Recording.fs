namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// What a training writes about itself into the model's file.
module internal Recording =
    let record
        (options: Options)
        (table: Table)
        (rows: int)
        (features: int)
        (test: float)
        (folds: int)
        (loss: Loss)
        settings
        =
        let ofNew value =
            if NewLayers.areMade options then Some value else None

        let epochs, patience, regularizer =
            match settings with
            | Settings.Steps steps -> steps.Epochs, steps.Patience, steps.Regularizer
            | Settings.Lbfgs all -> all.Epochs, all.Patience, all.Regularizer

        let ofSteps (choose: StepOptions -> 'value) =
            match settings with
            | Settings.Steps steps -> Some(choose steps)
            | Settings.Lbfgs _ -> None

        {
            Seed = options.Seed
            Hidden = ofNew (NewLayers.hidden options rows features)
            Frozen = options.Freeze
            Activations = ofNew options.Activations |> Option.filter (fun _ -> options.MaxoutPieces = 0)
            MaxoutPieces = options.MaxoutPieces
            Loss = loss.Name
            Optimizer = Method.name options.Optimizer
            LearningRate = ofSteps _.LearningRate
            Schedule = ofSteps _.Schedule.Name
            BatchSize = ofSteps _.BatchSize
            Grains = options.Grains
            Epochs = epochs
            Patience = patience.Value
            StopBy = options.StopBy |> Option.map _.Name
            L1 = options.L1
            L2 = regularizer.L2
            Dropout = options.Dropout
            InputNoise = options.InputNoise
            MaxNorm = options.MaxNorm
            ClipNorm = options.ClipNorm
            Gradients = options.Gradients.Name
            ClassWeights = options.ClassWeights
            Certify = options.Certify
            Validation = options.ValidationFraction.Value
            Folds = folds
            Test = test
            Calibration = Options.calibration options
            Temperature = None
            Examples = table.Examples
            SplitBy = table.SplitBy |> Option.map (fun split -> SplitRole.text split.Role)
            Targets = TrainingRecord.mark table.Target table.SplitBy
            BestEpoch = None
        }
