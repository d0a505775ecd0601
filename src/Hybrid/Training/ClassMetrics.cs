namespace Hybrid;

/// <summary>How well one class is recognised; a share of no examples is 0.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">Of the examples predicted to have this class, the share that have it.</param>
/// <param name="Recall">Of the examples that have this class, the share predicted to have it.</param>
/// <param name="F1">The harmonic mean of the two.</param>
/// <param name="Support">The number of examples of this class; with weights, their sum.</param>
public sealed record ClassMetrics(string Name, double Precision, double Recall, double F1, double Support);
