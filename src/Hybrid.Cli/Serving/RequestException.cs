namespace Hybrid.Cli.Serving;

/// <summary>What is wrong with a request.</summary>
/// <param name="status">The status of the response.</param>
/// <param name="detail">What is wrong, and what to do.</param>
/// <param name="rows">The rows that it is about, if it is about rows.</param>
sealed class RequestException(int status, string detail, IReadOnlyList<RowProblem>? rows = null) : Exception(detail)
{
    public int Status => status;

    public IReadOnlyList<RowProblem> Rows { get; } = rows ?? [];
}

/// <summary>Why a row of a request does not fit the model.</summary>
/// <param name="Row">From 1.</param>
/// <param name="Detail">The reason.</param>
sealed record RowProblem(int Row, string Detail);
