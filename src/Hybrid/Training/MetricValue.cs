using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>The value of a metric.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Value">Its value; null where it has none.</param>
/// <param name="Reason">Why it has none, such as a class that no example has; null where it has one.</param>
public sealed record MetricValue(string Name, double? Value, string? Reason)
{
    /// <summary>Such as "roc-auc 0.9312".</summary>
    public override string ToString() =>
        FormattableString.Invariant(Value is { } value ? (FormattableString)$"{Name} {value:G4}" : $"{Name} has no value: {Reason}");

    internal static MetricValue Of(string name, FSharpResult<double, string> result) =>
        result.IsOk ? new(name, result.ResultValue, null) : new(name, null, result.ErrorValue);
}
