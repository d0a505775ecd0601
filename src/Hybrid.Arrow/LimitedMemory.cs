using System.Buffers;
using Apache.Arrow.Memory;

namespace Hybrid.Arrow;

/// <summary>Memory for the reader's buffers, whose lengths a file announces. It is the garbage collector's, since a dictionary outlives the
/// record batch that it was read with.</summary>
sealed class LimitedMemory : MemoryAllocator
{
    const int MaximumBytes = 1 << 30;

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        if (length is < 0 or > MaximumBytes)
            throw new InvalidDataException("a buffer has more than 1 GiB: write the file in smaller record batches");

        bytesAllocated = length;
        return new Owned(new byte[length]);
    }

    sealed class Owned(byte[] bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => bytes;

        public void Dispose()
        {
        }
    }
}
