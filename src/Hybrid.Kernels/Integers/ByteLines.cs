using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Lines of images whose numbers are made bytes.</summary>
unsafe struct ByteLines<TLanes>(IntegerProduct product, byte* target) : ILines where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Bytes are integers less the least one.</summary>
    readonly byte zero = (byte)-product.Least;

    /// <summary>Whether no number is NaN so far; otherwise the bytes mean nothing.</summary>
    public bool AreNumbers { get; private set; } = true;

    public readonly void Zeros(nint place, int count) => Unsafe.InitBlockUnaligned(target + place, zero, (uint)count);

    public void Numbers(float* source, nint place, int count) =>
        AreNumbers &= Quantizer.Run<TLanes>(product, source, target + place, count);
}
