using System.Collections.Concurrent;
using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A network for any number of threads: each call takes plans that no other call is using.</summary>
sealed class Predictor(Core.Network network, int inputs)
{
    static readonly Lazy<Engine> Shared = new(() => CpuEngine.Create());

    readonly Dictionary<string, float[]> parameters = InferenceModule.state(Shared.Value, network);
    readonly ConcurrentBag<Inference> idle = [];

    /// <summary>Allocates nothing once as many threads have run batches of these sizes.</summary>
    public void Run(ReadOnlySpan<float> examples, Span<float> outputs)
    {
        var inference = Take();

        try
        {
            inference.Run(examples, outputs);
        }
        finally
        {
            idle.Add(inference);
        }
    }

    /// <summary>The outputs for some rows of features, in their order.</summary>
    public float[] Run(float[] features, int[] rows)
    {
        var inference = Take();

        try
        {
            return inference.Run(features, rows);
        }
        finally
        {
            idle.Add(inference);
        }
    }

    Inference Take() =>
        idle.TryTake(out var inference) ? inference : new Inference(
            Shared.Value, FuncConvert.FromFunc<bool>(() => false), network, inputs, parameters, isFixedState: true);
}
