using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>gemm: times a matrix product, and OpenBLAS if it is installed.</summary>
static class GemmCommand
{
    public static Command Create()
    {
        var (m, k, n) = (Parsing.Extent("M"), Parsing.Extent("K"), Parsing.Extent("N"));
        var transposeA = new Option<bool>("--transpose-a") { Description = "The first operand is stored [K; M]." };
        var transposeB = new Option<bool>("--transpose-b") { Description = "The second operand is stored [N; K]." };
        var threads = Parsing.Positive("--threads", "Number of threads.", 1);
        var engine = Parsing.EngineName();
        var json = Parsing.Json();

        // M N K, the usual names of a product's extents
        var command = new Command("gemm", "Time a matrix product of M × K by K × N numbers.")
        {
            m, n, k, transposeA, transposeB, threads, engine, json,
        };
        command.SetAction(parsed =>
        {
            var shape = new ProductShape(
                parsed.GetValue(m), parsed.GetValue(k), parsed.GetValue(n), parsed.GetValue(transposeA), parsed.GetValue(transposeB));
            Report.Print(Run(shape, parsed.GetValue(threads), parsed.GetValue(engine)), parsed.GetValue(json));
        });
        return command;
    }

    static JsonObject Run(ProductShape shape, int threads, string? name)
    {
        var engine = CpuEngine.Create(threads, name);
        var peak = Peak.Rate(threads);
        var times = shape.Medians(engine, threads, 1);
        var result = new JsonObject
        {
            ["engine"] = engine.Name,
            ["threads"] = threads,
            ["microseconds"] = 1e6 * times[0],
            ["gflops"] = 1e-9 * shape.Operations / times[0],
            ["peakShare"] = shape.Operations / times[0] / peak,
        };

        if (times.Length > 1)
        {
            result["openblas"] = OpenBlas.Core;
            result["openblasGflops"] = 1e-9 * shape.Operations / times[1];
            result["rateRatio"] = times[1] / times[0];
        }

        return result;
    }
}
