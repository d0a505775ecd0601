namespace Hybrid;

/// <summary>The state of training at the end of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">The maximum number of epochs.</param>
/// <param name="TrainingLoss">The mean of the batch losses during the epoch; for lbfgs, the loss at its end. For a quantity, it
/// is that of the standardised target.</param>
/// <param name="Validation">Loss and quality on the validation part, if there is one; for a quantity, the loss is that of
/// the standardised target, and the errors are in the target's own unit.</param>
/// <param name="LearningRate">At the end of the epoch; for lbfgs, the fraction of the proposed step that was taken.</param>
/// <param name="Elapsed">Since the training began.</param>
/// <param name="Units">The state of the hidden units, if they are monitored.</param>
public sealed record EpochReport(
    int Epoch, int Epochs, double TrainingLoss, Metrics? Validation, double LearningRate, TimeSpan Elapsed,
    UnitShares? Units = null)
{
    /// <summary>The value, on the validation part, of the metric that decides which epoch is best; null for the loss.</summary>
    public double? StopBy { get; init; }

    /// <summary>The model after this epoch, which can be saved, measured or used, and whose network has the weights; made when it is
    /// first asked for, which must be before the next epoch is requested: training changes the weights where they are.</summary>
    /// <exception cref="InvalidOperationException">The report does not come from a training run, or the next epoch has begun.</exception>
    public Model Model => (Made ?? throw new InvalidOperationException("This report does not come from a training run.")).Value;

    internal EpochModel? Made { get; init; }

    /// <summary>Such as "epoch 7 of 100: training loss 0.312; validation: accuracy 91.7 %, loss 0.298, 12 examples".</summary>
    public override string ToString() => FormattableString.Invariant($"epoch {Epoch} of {Epochs}: training loss {TrainingLoss:G4}")
        + (Validation is null ? "" : $"; validation: {Validation}");
}
