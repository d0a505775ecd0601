namespace Hybrid;

public sealed partial class NeuralNetwork
{
    /// <summary>Proves bounds on the outputs for all inputs in a box: on the exact ones, and on those that float32
    /// computes.</summary>
    /// <param name="box">An interval for each input.</param>
    /// <returns>For each output. The inputs of computed outputs are float32 numbers.</returns>
    /// <remarks>Bounds are sound, not tight: layer by layer, each number is bounded by itself (Gowal et al., "On the
    /// effectiveness of interval bound propagation", 2018).</remarks>
    /// <exception cref="HybridException">The number of intervals is not the number of inputs, an interval is empty or has a
    /// bound that is not a number, or a layer's rounding is not known.</exception>
    public IReadOnlyList<OutputBounds> Enclose(IReadOnlyList<Interval> box)
    {
        ArgumentNullException.ThrowIfNull(box);
        if (box.Count != Inputs)
            throw new HybridException($"The box needs one interval per input: {Inputs}, not {box.Count}.");

        for (var i = 0; i < box.Count; i++)
            if (!(box[i].Lower <= box[i].Upper))
                throw new HybridException($"Interval {i + 1} of the box, from {box[i].Lower} to {box[i].Upper}, is empty.");

        var bounds = CertificateModule.encloseComputed(Value, [.. box]);
        return [.. bounds.Exact.Select((exact, i) => new OutputBounds(exact, bounds.Computed[i], bounds.Error[i]))];
    }
}
