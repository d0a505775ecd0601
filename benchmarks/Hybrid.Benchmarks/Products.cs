using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>The matrix products of the table: 1024³, and those of its training steps, in every way that they are
/// stored.</summary>
static class Products
{
    static readonly (int[] Sizes, int Batch)[] steps = [([784, 256, 128, 10], 128), ([784, 1024, 1024, 10], 256), ([2, 20, 2], 10), ([2, 20, 2], 200)];

    static readonly bool[] ways = [false, true];

    public static IEnumerable<ProductShape> All => Cubes.Concat(steps.SelectMany(step => Of(step.Sizes, step.Batch))).Distinct();

    static IEnumerable<ProductShape> Cubes =>
        from a in ways
        from b in ways
        select new ProductShape(1024, 1024, 1024, a, b);

    static IEnumerable<ProductShape> Of(int[] sizes, int batch)
    {
        for (var layer = 0; layer + 1 < sizes.Length; layer++)
        {
            var (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            yield return new(batch, inputs, outputs, false, true);
            yield return new(outputs, batch, inputs, true, false);

            if (layer > 0)
                yield return new(batch, outputs, inputs, false, false);
        }
    }

    /// <summary>products: each compared with OpenBLAS, on one core; a line of JSON each, for the peers command.</summary>
    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { Description = "Seconds per measurement.", DefaultValueFactory = _ => 0.3 };
        var command = new Command("products", "Time the matrix products of the table on one core, and OpenBLAS.") { seconds };
        command.SetAction(parsed =>
        {
            var engine = CpuEngine.Create(1);

            foreach (var shape in All)
            {
                var times = shape.Medians(engine, 1, parsed.GetValue(seconds));
                Console.WriteLine(new JsonObject
                {
                    ["product"] = shape.ToString(),
                    ["seconds"] = times[0],
                    ["gflops"] = 1e-9 * shape.Operations / times[0],
                    ["openblas"] = times.Length > 1 ? OpenBlas.Core : null,
                    ["openblasSeconds"] = times.Length > 1 ? times[1] : null,
                }.ToJsonString());
            }
        });
        return command;
    }
}
