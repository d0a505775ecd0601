using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Lines of images as they are.</summary>
readonly unsafe struct NumberLines(float* target) : ILines
{
    readonly float* target = target;

    public void Zeros(nint place, int count) => Unsafe.InitBlockUnaligned(target + place, 0, (uint)count * sizeof(float));

    public void Numbers(float* source, nint place, int count) =>
        Unsafe.CopyBlockUnaligned(target + place, source, (uint)count * sizeof(float));
}
