namespace Hybrid;

/// <summary>A quantile of the margins of rows.</summary>
/// <param name="Share">The share of rows whose margins are at most these.</param>
/// <param name="Proved">Of the largest multiples of the radii that are proved; 0 where nothing is.</param>
/// <param name="Attacked">Of the smallest multiples at which a different class was found; infinite where none was.</param>
public sealed record MarginQuantile(double Share, double Proved, double Attacked);
