namespace Hybrid;

/// <summary>Bounds on one output of a network for all inputs in a box, as <see cref="NeuralNetwork.Enclose"/> proves them.</summary>
/// <param name="Exact">Of the output in exact arithmetic. What float32 computes may lie outside.</param>
/// <param name="Computed">Of the output that float32 computes, on any engine and in any order of summation.</param>
/// <param name="Rounding">How far the computed output may be from the exact one for the same input; infinite where a number may
/// overflow.</param>
public sealed record OutputBounds(Interval Exact, Interval Computed, double Rounding);
