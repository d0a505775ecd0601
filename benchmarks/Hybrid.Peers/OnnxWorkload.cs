using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Hybrid.Peers;

/// <summary>A prediction of a file by ONNX Runtime, over the same memory each time.</summary>
static class OnnxWorkload
{
    public static IEnumerable<Action> Settings(string workload, int threads)
    {
        var parts = workload.Split(' ');

        for (var count = 1; count <= threads; count++)
            yield return Prediction(parts[1], long.Parse(parts[2], CultureInfo.InvariantCulture), count);
    }

    static Action Prediction(string file, long batch, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        var session = new InferenceSession(file, options);
        var (input, output) = (session.InputMetadata.First(), session.OutputMetadata.Last());
        var x = Tensor(input.Value, batch);
        var y = Tensor(output.Value, batch);
        var run = new RunOptions();
        return () => session.Run(run, [input.Key], [x], [output.Key], [y]);
    }

    static OrtValue Tensor(NodeMetadata description, long batch)
    {
        long[] extents = [batch, .. description.Dimensions.Skip(1).Select(extent => (long)extent)];
        var random = new Random(1);
        var numbers = new float[extents.Aggregate((product, extent) => product * extent)];

        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = random.NextSingle();

        return OrtValue.CreateTensorValueFromMemory(numbers, extents);
    }
}
