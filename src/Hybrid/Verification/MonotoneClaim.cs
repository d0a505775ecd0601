namespace Hybrid;

/// <summary>Whether an answer rises, or falls, with a column wherever the other columns are in a box.</summary>
/// <param name="Column">The column.</param>
/// <param name="Direction">up: a larger value never lowers the answer; down: it never raises it.</param>
/// <param name="Verdict">Holds: proved in real arithmetic; float32 may round answers that are nearly equal against it.</param>
/// <param name="Lower">Where it is violated, the row with the smaller value of the column, in the columns' own units, with the
/// index of a category; null if it is not.</param>
/// <param name="Upper">The same row with the larger value; null if it is not violated.</param>
/// <param name="Answers">What the model returns for the two on this machine; null if it is not violated. On any other machine, in
/// any order of summation, they violate the claim too.</param>
/// <param name="Boxes">The number of boxes on which derivatives were bounded.</param>
/// <param name="Proved">The share of the box for which it is proved, from 0 to 1, by halvings.</param>
public sealed record MonotoneClaim(
    string Column, string Direction, PropertyVerdict Verdict, IReadOnlyList<double>? Lower, IReadOnlyList<double>? Upper,
    (double Lower, double Upper)? Answers, long Boxes, double Proved);
