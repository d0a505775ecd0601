namespace Hybrid;

/// <summary>The values of an output in a box of inputs.</summary>
/// <param name="Name">The class, or the target.</param>
/// <param name="Proved">Every value in the box lies in this interval: proved.</param>
/// <param name="Computed">The least and the greatest value that was computed for rows in the box; NaN if a limit of time came
/// first.</param>
public sealed record OutputRange(string Name, Interval Proved, Interval Computed);
