namespace Hybrid;

/// <summary>What a training run will do: what the options mean for the data.</summary>
/// <param name="Training">The number of training examples.</param>
/// <param name="Validation">The number of validation examples, which decide which epoch is best.</param>
/// <param name="Test">The number of test examples, which measure the final network.</param>
/// <param name="Sizes">The widths of the network, from features to outputs.</param>
/// <param name="Parameters">The number of its parameters.</param>
/// <param name="Loss">The name of the loss.</param>
/// <param name="Optimizer">The name of the optimizer.</param>
/// <param name="LearningRate">The initial rate; null for lbfgs, which has none.</param>
/// <param name="BatchSize">Examples per step; for lbfgs, all of them.</param>
/// <param name="Epochs">The maximum number of epochs.</param>
/// <param name="Patience">The number of epochs without a lower validation loss after which training stops.</param>
/// <param name="Notes">Warnings about the data: what may make results look better than they are.</param>
public sealed record TrainingPlan(
    int Training, int Validation, int Test, IReadOnlyList<int> Sizes, int Parameters, string Loss, string Optimizer,
    double? LearningRate, int BatchSize, int Epochs, int Patience, IReadOnlyList<TableNote> Notes)
{
    /// <summary>The shapes of the features and of what each layer of neurons returns for an example: of images channels, height and
    /// width.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Shapes { get; init; } = [];

    /// <summary>λ of the L2 term ½λ Σ w² of the loss.</summary>
    public double L2 { get; init; }

    /// <summary>The number of folds of the cross-validation of the training examples that decides, before the first epoch, how many
    /// epochs there are, and for classes and labels the temperature of their probabilities; 0 for none.</summary>
    public int Folds { get; init; }

    /// <summary>The plan with another network, with which that cross-validation compares this one: the better one is trained. Null
    /// where layers or L2 are given, and without cross-validation.</summary>
    public TrainingPlan? Alternative { get; init; }

    /// <summary>The number of examples that intervals are calibrated on, which choose nothing; 0 without intervals.</summary>
    public int Calibration { get; init; }

    /// <summary>Such as "90 examples for training, 23 for validation, 37 for the test; a network 4-16-3 of 131 parameters; adam, at most
    /// 1000 epochs".</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Training} examples for training, {Validation} for validation, {Test} for the test; a network {string.Join('-', Sizes)} of {Parameters} parameters; {Optimizer}, at most {Epochs} epochs");

    internal static TrainingPlan Of(Models.Prepared prepared)
    {
        var (count, record) = (prepared.Examples.Count, prepared.Record);
        return new TrainingPlan(
            count, prepared.Validation?.Value.Count ?? 0, prepared.OwnTest?.Value.Examples ?? prepared.Split.Test.Length,
            [.. prepared.Sizes], prepared.Parameters, record.Loss, record.Optimizer,
            record.LearningRate?.Value, record.BatchSize?.Value ?? count, record.Epochs, record.Patience,
            TableNote.Of(prepared.Notes))
        {
            Shapes = [.. prepared.Shapes.Select(shape => (int[])[.. shape])],
            L2 = record.L2,
            Folds = record.Folds,
            Alternative = prepared.Alternative is { Value: var other } ? Of(other) : null,
            Calibration = prepared.Split.Calibration.Length,
        };
    }
}
