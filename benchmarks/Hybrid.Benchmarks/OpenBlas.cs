using System.Runtime.InteropServices;

namespace Hybrid.Benchmarks;

/// <summary>The native library with which matrix products are compared, if it is installed.</summary>
/// <remarks>It chooses its kernels by the processor that it detects; OPENBLAS_CORETYPE=SkylakeX selects those of
/// AVX-512 if it does not know the processor.</remarks>
static unsafe class OpenBlas
{
    const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    static readonly nint Library = NativeLibrary.TryLoad("libopenblas.so.0", out var handle) ? handle : 0;

    public static bool IsInstalled => Library != 0;

    /// <summary>The processor whose kernels it uses.</summary>
    public static string Core => Marshal.PtrToStringUTF8(
        ((delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "openblas_get_corename"))()) ?? "unknown";

    public static int Threads
    {
        set => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(Library, "openblas_set_num_threads"))(value);
    }

    /// <summary>y = A B, as <see cref="IKernels.MatMul"/>.</summary>
    public static void MatMul(bool transposeA, bool transposeB, int m, int k, int n, float[] a, float[] b, float[] y)
    {
        var multiply = (delegate* unmanaged<
            int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)Sgemm;

        fixed (float* from = a, by = b, to = y)
            multiply(
                RowMajor, transposeA ? Transpose : NoTranspose, transposeB ? Transpose : NoTranspose, m, n, k,
                1, from, transposeA ? m : k, by, transposeB ? k : n, 0, to, n);
    }

    static readonly nint Sgemm = Library == 0 ? 0 : NativeLibrary.GetExport(Library, "cblas_sgemm");
}
