using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Rows that threads share in equal parts: each has its part of the numbers that are read and of those that are
/// written.</summary>
readonly unsafe struct SharedRows(float* source, int sourceLength, float* target, int targetLength, PartOfRows work)
{
    readonly float* source = source, target = target;
    readonly int sourceLength = sourceLength, targetLength = targetLength;
    readonly PartOfRows work = work;

    public static void Run(void* context, int part) => Unsafe.AsRef<SharedRows>(context).Run(part);

    void Run(int part) => work(
        part, new(source + (nint)part * sourceLength, sourceLength), new(target + (nint)part * targetLength, targetLength));
}
