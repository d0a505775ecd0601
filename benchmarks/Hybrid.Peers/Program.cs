using System.Globalization;
using System.Text.Json;
using Hybrid.Benchmarks;
using Hybrid.Peers;

// Times of libtorch and ONNX Runtime, with the best number of threads up to a limit: one line of JSON per workload.
// Arguments: seconds to measure each setting, the limit of threads, then workloads as
//   step|inference NETWORK CHANNELSxHEIGHTxWIDTH OUTPUTS BATCH OPTIMIZER   of libtorch
//   onnx FILE BATCH   of ONNX Runtime
var seconds = double.Parse(args[0], CultureInfo.InvariantCulture);
var threads = int.Parse(args[1], CultureInfo.InvariantCulture);

foreach (var workload in args[2..])
{
    var settings = workload.StartsWith("onnx ", StringComparison.Ordinal)
        ? OnnxWorkload.Settings(workload, threads)
        : TorchWorkload.Settings(workload, threads);
    var best = double.PositiveInfinity;

    foreach (var setting in settings)
        best = Math.Min(best, Measure.Median(setting, seconds));

    Console.WriteLine(JsonSerializer.Serialize(new { workload, seconds = best }));
}
