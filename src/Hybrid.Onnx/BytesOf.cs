using System.Buffers;
using System.Runtime.InteropServices;

namespace Hybrid.Onnx;

/// <summary>The bytes of an array of numbers, where they are.</summary>
sealed class BytesOf<T>(T[] numbers) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(numbers.AsSpan());

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        var handle = GCHandle.Alloc(numbers, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + elementIndex, handle);
    }

    // the handle frees what it pins
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
