using Hybrid.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Hybrid.Tests.Onnx;

/// <summary>The ONNX project's own tests of its operators, and of models that PyTorch exported. Operands that are not float32
/// are bound as constants; indices and truths are compared as numbers.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    [OnnxTestDataFact]
    public void TheOperatorsDoWhatTheFormatSays() => Check("node", 220, 46);

    [OnnxTestDataFact]
    public void ModelsOfPyTorchAnswerAsTheyDidThere()
    {
        Check("pytorch-converted", 31, 0);
        Check("pytorch-operator", 21, 0);
        Check("simple", 1, 0);
    }

    /// <summary>Prints the counts; they may rise and may not sink, and no test of this project may fail.</summary>
    void Check(string family, int leastOfFloats, int leastBound)
    {
        var cases = ConformanceCase.All(family);
        var failures = new List<string>();
        int floats = 0, bound = 0;

        foreach (var test in cases.Where(test => test.NotSupported is null))
            try
            {
                test.Run();
                if (test.IsBound)
                    bound++;
                else
                    floats++;
            }
            catch (Exception error) when (error is HybridException or ArgumentException)
            {
                failures.Add($"{test.Name}: {error.Message}");
            }

        output.WriteLine(
            $"{family}: {floats} passed with float32 operands, {bound} with others bound as constants, {failures.Count} failed");
        foreach (var reason in cases.Where(test => test.NotSupported is not null)
            .GroupBy(test => test.NotSupported!.Split(',')[0]).OrderByDescending(group => group.Count()))
            output.WriteLine($"  not supported, {reason.Count()}: {reason.Key}");

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.InRange(floats, leastOfFloats, cases.Count);
        Assert.InRange(bound, leastBound, cases.Count);
    }
}
