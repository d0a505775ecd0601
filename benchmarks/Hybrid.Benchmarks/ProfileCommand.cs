using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Hybrid.Benchmarks;

/// <summary>profile: where the time of a training step or of a prediction goes.</summary>
static class ProfileCommand
{
    const int Fewest = 200;
    const double Seconds = 2;

    public static Command Create()
    {
        var work = new WorkloadArguments();
        var command = new Command("profile", "Show where the time of a training step goes: each of the plan's calls.");
        var inference = new Option<bool>("--inference") { Description = "A prediction's instead." };
        work.AddTo(command);
        command.Add(inference);
        command.SetAction(parsed =>
        {
            var (workload, threads) = work.Create(parsed);

            if (parsed.GetValue(inference))
                Print(workload.InferenceSteps, workload.Infer, threads, isInference: true);
            else
                Print(workload.Steps, workload.Step, threads, isInference: false);
        });
        return command;
    }

    static void Print(IReadOnlyList<PlanStep> steps, Action whole, int threads, bool isInference)
    {
        var peak = Peak.Rate(threads);
        var medians = Medians(steps).Zip(steps, (seconds, step) => (seconds, step)).ToArray();
        var total = medians.Sum(each => each.seconds);
        var culture = CultureInfo.InvariantCulture;

        foreach (var (seconds, step) in medians)
            Console.WriteLine(string.Create(
                culture,
                $"{1e6 * seconds,9:F1} µs {100 * seconds / total,5:F1} %  "
                + $"{(step.MultiplyAdds == 0 ? "" : $"{200 * step.MultiplyAdds / seconds / peak:F0} % of peak"),13}  "
                + $"{4e-9 * step.Numbers / seconds,6:F1} GB/s  {step.Name}"));

        var products = 2.0 * medians.Sum(each => (double)each.step.MultiplyAdds) / peak;
        Console.WriteLine(string.Create(
            culture,
            $"{1e6 * total,9:F1} µs in total; the products alone at the machine's full rate {1e6 * products:F1} µs; all in a row "
            + $"{1e6 * Measure.Median(whole):F1} µs"));

        if (isInference && steps.Sum(step => step.MultiplyAdds) < 2 * steps.Sum(step => step.Numbers))
            PrintReading(total, steps.Sum(step => step.Numbers), threads);
    }

    // of one row, the products take as long as reading the weights
    static void PrintReading(double seconds, double numbers, int threads)
    {
        var rate = Reading.Rate((long)numbers, threads);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{4e-6 * numbers:F1} MB are read at {4e-9 * numbers / seconds:F1} GB/s, {100 * 4 * numbers / seconds / rate:F0} % of the "
            + $"{1e-9 * rate:F1} GB/s at which {CurrentPeers.Cores(threads)} read as much in a row, again and again"));
    }

    /// <summary>Seconds per call, with all run in turn, so that caches are as in use.</summary>
    static double[] Medians(IReadOnlyList<PlanStep> steps)
    {
        var times = steps.Select(_ => new List<double>()).ToArray();

        for (var (run, start) = (0, Stopwatch.GetTimestamp());
            run < Fewest || Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds; run++)
            for (var i = 0; i < steps.Count; i++)
            {
                var before = Stopwatch.GetTimestamp();
                steps[i].Run.Invoke();
                times[i].Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            }

        return [.. times.Select(each => Measure.Median(each.Skip(each.Count / 4)))];
    }
}
