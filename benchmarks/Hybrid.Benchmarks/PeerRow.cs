namespace Hybrid.Benchmarks;

/// <summary>The measurements of one workload, in seconds, round by round, ours and theirs in turn (theirs are empty if the peer is not
/// installed), and the ratio to reach.</summary>
sealed record PeerRow(string Workload, IReadOnlyList<double> OurRounds, string Peer, IReadOnlyList<double> TheirRounds, double Target)
{
    public double Ours => Measure.Median(OurRounds);

    public double? Theirs => TheirRounds.Count == 0 ? null : Measure.Median(TheirRounds);

    public double? Ratio => Ours / Theirs;

    /// <summary>What is compared between runs: the ratio of each round, or our seconds where there is no peer.</summary>
    public IReadOnlyList<double> Compared =>
        TheirRounds.Count == OurRounds.Count ? [.. OurRounds.Zip(TheirRounds, (ours, theirs) => ours / theirs)]
        : [.. OurRounds.Select(ours => ours / (Theirs ?? 1))];
}
