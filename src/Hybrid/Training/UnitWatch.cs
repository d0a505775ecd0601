namespace Hybrid;

/// <summary>What becomes of a network's hidden units while it is trained: seen on a fixed sample of examples, so that it costs
/// the same for data of any size.</summary>
sealed class UnitWatch
{
    /// <summary>A unit that fires for one example in three hundred is missed with a probability of 4 %.</summary>
    const int SampleSize = 1000;

    readonly IKernels engine;
    readonly Dictionary<string, float[]> state;
    readonly UnitMonitor monitor;
    readonly Examples sample;

    /// <summary>Watches networks that differ from one in their parameters' values only.</summary>
    public UnitWatch(IKernels engine, Core.Network network, Examples examples)
    {
        this.engine = engine;
        state = InferenceModule.state(engine, network);
        monitor = new UnitMonitor(engine, network, examples.Width, state);

        var chosen = Core.Random.permutation(0, 0, examples.Count).Take(SampleSize).Select(i => examples.Rows[i]);
        sample = new Examples(examples.Width, examples.Features, examples.Targets, [.. chosen]);
    }

    /// <summary>What the units of a network do now.</summary>
    public UnitShares Measure(Core.Network network)
    {
        foreach (var (name, value) in NetworkModule.parameters(network))
            Eager.value(engine, value).CopyTo(state[name], 0);

        var units = monitor.Measure(sample);
        return new UnitShares(Diagnostics.Units.deadShare(units)?.Value, Diagnostics.Units.saturatedShare(units)?.Value);
    }
}
