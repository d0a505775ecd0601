using BenchmarkDotNet.Attributes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>Single kernels, on one core, at the sizes of a training step.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    const int Rows = 128, Columns = 256, Classes = 10;

    readonly float[] x = new float[Rows * Columns], y = new float[Rows * Columns], row = new float[Columns];
    readonly float[] weight = new float[Columns * Columns], scores = new float[Rows * Classes];
    readonly float[] probabilities = new float[Rows * Classes], sums = new float[Rows];
    IKernels engine = CpuEngine.Create(1).Kernels;

    /// <summary>The engines of this machine.</summary>
    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = CpuEngine.Available[0];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => CpuEngine.Available;

    /// <summary>Creates the engine and its operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        engine = CpuEngine.Create(1, Name).Kernels;
        var random = new System.Random(1);

        foreach (var array in new[] { x, row, weight, scores })
            for (var i = 0; i < array.Length; i++)
                array[i] = random.NextSingle();
    }

    /// <summary>x Wᵀ</summary>
    [Benchmark]
    public void MatMul() => engine.MatMul(false, true, Rows, Columns, Columns, x, weight, y);

    /// <summary>x + b</summary>
    [Benchmark]
    public void AddRow() => engine.Binary(Binary.Add, x, row, y);

    /// <summary>exp</summary>
    [Benchmark]
    public void Exp() => engine.Unary(Unary.Exp, x, y);

    /// <summary>tanh</summary>
    [Benchmark]
    public void Tanh() => engine.Unary(Unary.Tanh, x, y);

    /// <summary>sigmoid</summary>
    [Benchmark]
    public void Sigmoid() => engine.Unary(Unary.Sigmoid, x, y);

    /// <summary>Column sums: the gradient of a bias.</summary>
    [Benchmark]
    public void ColumnSums() => engine.Reduce(Reduction.Sum, 1, Rows, Columns, x, row);

    /// <summary>Softmax and the logarithm of its sum, of ten classes.</summary>
    [Benchmark]
    public void Softmax() => engine.Softmax(Rows, Classes, 1, scores, probabilities, sums);
}
