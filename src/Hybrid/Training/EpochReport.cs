namespace Hybrid;

/// <summary>Where a training stands at the end of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">The most that there will be.</param>
/// <param name="TrainingLoss">The mean of the batches' losses as they went by, or of lbfgs, the loss at the end; for a quantity, of the standardised target.</param>
/// <param name="Validation">Loss and quality on the validation part, if there is one; for a quantity, the loss is that of
/// the standardised target, and the errors are in the target's own unit.</param>
/// <param name="LearningRate">At the end of the epoch; of lbfgs, how much of the proposed step was taken.</param>
/// <param name="Elapsed">Since the training began.</param>
/// <param name="Units">What has become of the hidden units, if they are monitored.</param>
public sealed record EpochReport(
    int Epoch, int Epochs, double TrainingLoss, Measures? Validation, double LearningRate, TimeSpan Elapsed,
    UnitShares? Units = null);
