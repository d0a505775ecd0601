namespace Hybrid.Benchmarks;

/// <summary>A matrix product: its extents and the storage of its operands.</summary>
sealed record ProductShape(int M, int K, int N, bool TransposeA, bool TransposeB)
{
    public double Operations => 2.0 * M * K * N;

    public override string ToString() => $"{M} × {K} × {N} {(TransposeA ? 'T' : 'N')}{(TransposeB ? 'T' : 'N')}";

    /// <summary>Seconds of the engine, and of OpenBLAS if it is installed, measured in turn.</summary>
    public double[] Medians(Engine engine, int threads, double seconds)
    {
        var random = new System.Random(1);
        float[] a = Numbers(M * K), b = Numbers(K * N), y = new float[M * N];
        void Ours() => engine.Kernels.MatMul(TransposeA, TransposeB, M, K, N, a, b, y);

        if (!OpenBlas.IsInstalled)
            return [Measure.Median(Ours, seconds)];

        OpenBlas.Threads = threads;
        return Measure.Medians(seconds, Ours, () => OpenBlas.MatMul(TransposeA, TransposeB, M, K, N, a, b, y));

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
