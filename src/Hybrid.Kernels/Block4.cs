using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>A block of 4 × 4 numbers, transposed in registers.</summary>
readonly ref struct Block4(Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3)
{
    public readonly Vector128<float> Row0 = row0, Row1 = row1, Row2 = row2, Row3 = row3;

    /// <summary>Rows become columns: each row is interleaved with the row two further on, twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block4 Transpose()
    {
        Vector128<float> even = Low(Row0, Row2), odd = Low(Row1, Row3);
        Vector128<float> even2 = High(Row0, Row2), odd2 = High(Row1, Row3);
        return new(Low(even, odd), High(even, odd), Low(even2, odd2), High(even2, odd2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Low(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0], x[1], y[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> High(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[2], y[2], x[3], y[3]);
}
