namespace Hybrid.Playground;

/// <summary>The state of a training after an epoch.</summary>
/// <param name="Epoch">The network; null once it was forgotten, so that long trainings of large networks fit in memory.</param>
/// <param name="Number">From 0, before the first step.</param>
/// <param name="Training">The loss of the training examples: as steps saw it, or measured before the first step.</param>
/// <param name="Validation">The loss of the validation part, if there is one.</param>
/// <param name="Test">The measures of the test part, if there is one.</param>
/// <param name="Rate">The learning rate.</param>
sealed record KeptEpoch(Epoch? Epoch, int Number, double Training, double? Validation, Measures? Test, double Rate);
