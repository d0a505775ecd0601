namespace Hybrid;

/// <summary>The state of a network's hidden units, on some examples.</summary>
/// <param name="Dead">The share of hidden units that give exactly 0, with a derivative of exactly 0, on every example; null
/// where there are no hidden units.</param>
/// <param name="Saturated">The share of the outputs of hidden sigmoid and tanh units that are near an end of their range:
/// outside (.01, .99), and above .98 in size; null where there are no such units.</param>
public sealed record UnitShares(double? Dead, double? Saturated)
{
    internal static UnitShares Of(NetworkUnits units) =>
        new(Diagnostics.Units.deadShare(units)?.Value, Diagnostics.Units.saturatedShare(units)?.Value);
}
