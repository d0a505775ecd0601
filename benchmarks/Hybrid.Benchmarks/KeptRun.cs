using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hybrid.Benchmarks;

/// <summary>A run of peers as JSON, and what another run is beside it.</summary>
static class KeptRun
{
    /// <summary>Fewer rounds than these say nothing about noise.</summary>
    const int LeastRounds = 3;

    public static JsonObject ToJson(IEnumerable<PeerRow> rows) => new()
    {
        ["cores"] = Environment.ProcessorCount,
        ["rows"] = new JsonArray([.. rows.Select(row => new JsonObject
        {
            ["workload"] = row.Workload,
            ["seconds"] = row.Ours,
            ["peer"] = row.Peer,
            ["peerSeconds"] = row.Theirs,
            ["ratio"] = row.Ratio,
            ["target"] = row.Target,
            ["rounds"] = Numbers(row.OurRounds),
            ["peerRounds"] = Numbers(row.TheirRounds),
        })]),
    };

    /// <exception cref="InvalidDataException">The file is not one that --against wrote.</exception>
    public static IReadOnlyList<PeerRow> Read(FileInfo file)
    {
        try
        {
            return [.. JsonNode.Parse(File.ReadAllText(file.FullName))!["rows"]!.AsArray().Select(row => new PeerRow(
                (string)row!["workload"]!, Numbers(row["rounds"]!), (string)row["peer"]!, Numbers(row["peerRounds"]!),
                (double)row["target"]!))];
        }
        catch (Exception error) when (error is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{file.Name} is not a run of peers. Name a file that --against wrote, or one that does not exist.");
        }
    }

    /// <summary>Says what is slower, or faster, than it was: each round of the one run beyond each of the other.</summary>
    /// <remarks>If nothing has changed, that happens to one of 126 rows that are measured in five rounds.</remarks>
    /// <returns>The number of rows that are slower.</returns>
    public static int Compare(IReadOnlyList<PeerRow> kept, IReadOnlyList<PeerRow> rows, TextWriter output)
    {
        var (slower, compared) = (0, 0);
        var before = kept.ToDictionary(row => row.Workload);

        foreach (var row in rows)
        {
            if (!before.TryGetValue(row.Workload, out var earlier) || earlier.TheirRounds.Count == 0 != (row.TheirRounds.Count == 0)
                || Math.Min(row.Compared.Count, earlier.Compared.Count) < LeastRounds)
            {
                output.WriteLine($"not compared: {row.Workload}");
                continue;
            }

            compared++;
            var isSlower = row.Compared.Min() > earlier.Compared.Max();

            if (isSlower || row.Compared.Max() < earlier.Compared.Min())
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(isSlower ? "slower" : "faster")}: {row.Workload}, {Measure.Median(row.Compared) / Measure.Median(earlier.Compared):F2} times as long as before{(row.TheirRounds.Count == 0 ? ", by its own time" : ", beside " + row.Peer)}"));

            slower += isSlower ? 1 : 0;
        }

        output.WriteLine($"{slower} of {compared} rows are slower beyond noise.");
        return slower;
    }

    static JsonArray Numbers(IEnumerable<double> numbers) => new([.. numbers.Select(number => JsonValue.Create(number))]);

    static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(number => (double)number!)];
}
