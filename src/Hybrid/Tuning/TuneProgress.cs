namespace Hybrid;

/// <summary>A result within a search.</summary>
/// <param name="Fold">The fold that is measured, from 1; 0 for the search that leads to the model.</param>
/// <param name="Trial">The number of the trial, from 1.</param>
/// <param name="Reached">The number of epochs that it was trained for, at most.</param>
/// <param name="Value">The best mean of the metric, or of the loss, so far; null if the training failed.</param>
/// <param name="Best">The best value of this search so far; null if there is none.</param>
public readonly record struct TuneProgress(int Fold, int Trial, int Reached, double? Value, double? Best);
