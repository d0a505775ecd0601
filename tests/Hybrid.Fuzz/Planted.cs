using Hybrid.Tests.Hostile;

namespace Hybrid.Fuzz;

/// <summary>A fault on purpose: a search that does not find, cut down, keep and name this one would be no use for
/// others.</summary>
static class Planted
{
    const string Words = "This fault is planted.";

    static readonly byte[] fault = [0xFF, 0xFF];

    /// <summary>The reader of tables, but for what it does with two bytes.</summary>
    public static HostileReader Reader { get; } = HostileReader.Table with
    {
        Name = "planted",
        Read = path =>
        {
            if (File.ReadAllBytes(path).AsSpan().IndexOf(fault) >= 0)
                throw new InvalidOperationException(Words);

            HostileReader.Table.Read(path);
        },
    };

    /// <summary>What is wrong with how a search deals with it; null if nothing is.</summary>
    public static string? Complaint()
    {
        var findings = Search.Run(Reader, TimeSpan.FromMinutes(2), untilFound: true);

        return findings is not [var finding] ? $"There are {findings.Count} findings, and one fault is planted."
            : finding.Complaint?.Text.Contains(Words, StringComparison.Ordinal) != true ? $"It is called something else: {finding}"
            : !File.ReadAllBytes(finding.Path).AsSpan().SequenceEqual(fault) ? $"It is not cut down to its {fault.Length} bytes: {finding}"
            : null;
    }
}
