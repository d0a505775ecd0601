namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>A folder of the ONNX project's own test data, of its operators or of models that PyTorch exported. Operands that
/// are not float32 are bound as constants.</summary>
/// <param name="Name">The folder's.</param>
/// <param name="LeastOfFloats">How many cases have float32 operands only and pass; it may rise and may not sink.</param>
/// <param name="LeastBound">How many others pass.</param>
sealed record DebianFamily(string Name, int LeastOfFloats, int LeastBound)
{
    /// <summary>Where Debian's package libonnx-testdata puts them.</summary>
    const string Folder = "/usr/share/libonnx-testdata/data";

    /// <summary>None where the package is not installed, except in CI, where it has to be.</summary>
    public static IReadOnlyList<DebianFamily> Installed { get; } =
        Directory.Exists(Folder) || Environment.GetEnvironmentVariable("CI") == "true"
            ? [new("node", 389, 90), new("pytorch-converted", 37, 0), new("pytorch-operator", 26, 0), new("simple", 3, 4)]
            : [];

    public FamilyReport Run()
    {
        DebianCase[] cases =
        [
            .. Directory.GetDirectories(Path.Combine(Folder, Name), "test_*")
                .Order(StringComparer.Ordinal).Select(folder => new DebianCase(folder)),
        ];
        var results = cases.Where(test => test.NotSupported is null)
            .Select(test => (test, failure: FamilyReport.Failure(test.Run))).ToList();
        int Passed(bool isBound) => results.Count(result => result.failure is null && result.test.IsBound == isBound);

        List<string> failures = [.. results.Where(result => result.failure is not null)
            .Select(result => $"{result.test.Name}: {result.failure}")];
        if (Passed(false) < LeastOfFloats || Passed(true) < LeastBound)
            failures.Add($"At least {LeastOfFloats} and {LeastBound} must pass.");

        var others = cases.Where(test => test.NotSupported is not null).GroupBy(test => test.NotSupported!.Split(',')[0])
            .OrderByDescending(group => group.Count()).Select(group => $"\n  not supported, {group.Count()}: {group.Key}");
        return new(
            $"{Name}: {Passed(false)} passed with float32 operands, {Passed(true)} with others bound as constants, "
            + $"{failures.Count} failed{string.Concat(others)}",
            failures);
    }
}
