using Xunit;
using Xunit.Abstractions;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Hybrid computes what ONNX Runtime computes, operator by operator; and, where Debian's package libonnx-testdata is
/// installed, what the ONNX project's own tests expect. Indices and truths are compared as numbers.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    public static TheoryData<string> Families =>
        [.. Imported.operators, .. DebianFamily.Installed.Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_family_of_cases_gives_the_expected_results(string name)
    {
        var report = DebianFamily.Installed.FirstOrDefault(family => family.Name == name)?.Run() ?? OperatorFamily.Run(name);
        output.WriteLine(report.Summary);
        Assert.True(report.Failures.Count == 0, $"{report.Summary}\n{string.Join('\n', report.Failures)}");
    }

    [Fact]
    public void Every_case_is_of_a_supported_operator() =>
        Assert.Empty(OperatorCases.ByOperator.Select(cases => cases.Key).Except(Imported.operators));
}
