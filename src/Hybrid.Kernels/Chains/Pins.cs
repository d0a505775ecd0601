using System.Runtime.InteropServices;

namespace Hybrid.Kernels;

/// <summary>Arrays pinned for the lifetime of this object, so that a prepared call may keep their
/// addresses.</summary>
sealed unsafe class Pins
{
    readonly List<GCHandle> handles = [];

    ~Pins()
    {
        foreach (var handle in handles)
            handle.Free();
    }

    /// <summary>The start of the segment.</summary>
    public float* Pin(ArraySegment<float> segment)
    {
        if (segment.Count == 0)
            return null;

        var handle = GCHandle.Alloc(segment.Array, GCHandleType.Pinned);
        handles.Add(handle);
        return (float*)handle.AddrOfPinnedObject() + segment.Offset;
    }
}
