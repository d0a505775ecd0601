using System.Diagnostics;
using System.Runtime;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>What a process does with the libraries first, in a process that has done nothing else.</summary>
static class FirstUse
{
    /// <summary>The first argument of such a process.</summary>
    public const string Word = "first-use";

    public static IReadOnlyList<string> Works { get; } = ["plan", "predict", "train"];

    /// <summary>Does the work, and prints what it took as JSON.</summary>
    public static void Run(string work, string model)
    {
        var methods = JitInfo.GetCompiledMethodCount();
        var compilation = JitInfo.GetCompilationTime();
        var start = Stopwatch.GetTimestamp();

        switch (work)
        {
            case "plan": Plan(); break;
            case "predict": Predict(model); break;
            default: Train(); break;
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(FormattableString.Invariant(
            $$"""
            {
                "milliseconds": {{elapsed.TotalMilliseconds}}, "methods": {{JitInfo.GetCompiledMethodCount() - methods}}.0,
                "jitMilliseconds": {{(JitInfo.GetCompilationTime() - compilation).TotalMilliseconds}}
            }
            """));
    }

    /// <summary>A network, its training step and a run of it.</summary>
    static void Plan()
    {
        int[] sizes = [4, 16, 3];
        Workload.Training(CpuEngine.Create(1), Workload.Network(sizes, "relu"), sizes, 32, "adam").Step.Run();
    }

    static void Predict(string path)
    {
        var model = Model.Load(path);
        model.Classify([5.1, 3.5, 1.4, 0.2]);
    }

    static void Train() => Trainer.Train(TableData.Load("iris"));
}
