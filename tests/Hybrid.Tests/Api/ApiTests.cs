using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Hybrid.Tests.Api;

public sealed class ApiTests
{
    const string Accept = "HYBRID_ACCEPT_API";

    /// <summary>The packed libraries.</summary>
    public static TheoryData<string> Libraries { get; } =
    [
        "Hybrid", "Hybrid.Arrow", "Hybrid.Certification", "Hybrid.Core", "Hybrid.Data", "Hybrid.Diagnostics", "Hybrid.Exchange", "Hybrid.Explanation", "Hybrid.Figures",
        "Hybrid.Kernels",
        "Hybrid.Lecture", "Hybrid.Models", "Hybrid.Onnx", "Hybrid.Parquet", "Hybrid.Testing", "Hybrid.Theory", "Hybrid.Tuning", "Hybrid.Verification",
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_api_of_a_library_is_the_accepted_one(string library)
    {
        var path = Path.Combine(Folder(), $"{library}.txt");
        var actual = PublicApi.Describe(Assembly.Load(library));

        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(path, actual);

        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(expected == actual,
            $"The public API of {library} is not that of {Path.GetFileName(path)}. If it is meant, run the test with {Accept}=1, "
            + $"which writes the file anew, and commit that.\n{Difference(expected, actual)}");
    }

    /// <summary>The lines that are in one text only, under the type that they belong to.</summary>
    static string Difference(string expected, string actual)
    {
        var (before, after) = (Lines(expected), Lines(actual));
        return string.Join('\n', before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}")));
    }

    static List<string> Lines(string text)
    {
        var (lines, type) = (new List<string>(), "");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var isMember = line.StartsWith(' ');
            type = isMember ? type : line;
            lines.Add(isMember ? $"{type.Split(' ')[^1]}: {line.Trim()}" : line);
        }

        return lines;
    }

    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
