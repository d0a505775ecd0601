namespace Hybrid.Benchmarks;

/// <summary>The measurements of one workload, in seconds (theirs are null if the peer is not installed), and the ratio to
/// reach.</summary>
sealed record PeerRow(string Workload, double Ours, string Peer, double? Theirs, double Target)
{
    public double? Ratio => Ours / Theirs;
}
