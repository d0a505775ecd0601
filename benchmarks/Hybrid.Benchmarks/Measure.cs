using System.Diagnostics;

namespace Hybrid.Benchmarks;

/// <summary>Measures time and allocation.</summary>
static class Measure
{
    const int Rounds = 11;

    /// <summary>The median of the rounds' means, in seconds, after warming up.</summary>
    /// <param name="action">The work to time.</param>
    /// <param name="seconds">The approximate duration of all rounds together.</param>
    public static double Median(Action action, double seconds = 1)
    {
        var calls = WarmUp(action, seconds / 4);
        var perRound = Math.Max(1, (int)(calls * 4.0 / Rounds));
        return Median(Enumerable.Range(0, Rounds).Select(_ => Mean(action, perRound)));
    }

    /// <summary>The medians of several actions, measured in turn, so that a disturbance affects all.</summary>
    public static double[] Medians(double seconds, params Action[] actions)
    {
        var perRound = actions.Select(action => Math.Max(1, (int)(WarmUp(action, seconds / 4) * 4.0 / Rounds))).ToArray();
        var times = actions.Select(_ => new List<double>()).ToArray();

        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < actions.Length; i++)
                times[i].Add(Mean(actions[i], perRound[i]));

        return [.. times.Select(Median)];
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The average number of bytes that a call allocates on this thread.</summary>
    public static double Bytes(Action action, int calls = 100)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < calls; i++)
            action();

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / calls;
    }

    static double Mean(Action action, int calls)
    {
        var start = Stopwatch.GetTimestamp();

        for (var i = 0; i < calls; i++)
            action();

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    /// <summary>The number of calls in that time.</summary>
    static int WarmUp(Action action, double seconds)
    {
        action();
        var start = Stopwatch.GetTimestamp();
        var calls = 0;

        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; calls++)
            action();

        return calls;
    }
}
