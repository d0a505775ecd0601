namespace Hybrid;

/// <summary>What came of a training. The measures are those of the final network on raw data, as it is used: without
/// dropout and noise, and in the target's own unit.</summary>
/// <param name="Model">The network of the best epoch by validation loss, or of the last one where there is no validation.</param>
/// <param name="Epochs">How many were run.</param>
/// <param name="BestEpoch">The one that the network is from.</param>
/// <param name="Elapsed">The time that the epochs took, validation included.</param>
/// <param name="Train">On the training part.</param>
/// <param name="Validation">On the validation part, if there is one.</param>
/// <param name="Test">On the test part, if there is one.</param>
/// <param name="Cancelled">Whether it was stopped before its end.</param>
public sealed record TrainingReport(
    Model Model, int Epochs, int BestEpoch, TimeSpan Elapsed, Measures Train, Measures? Validation, Measures? Test,
    bool Cancelled);
