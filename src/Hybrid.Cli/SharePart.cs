namespace Hybrid.Cli;

/// <summary>A part of the data: a share of the examples, or further ones in a file.</summary>
sealed record SharePart(double? Share, string? File);
