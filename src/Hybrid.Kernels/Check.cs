namespace Hybrid.Kernels;

/// <summary>Catches lengths that do not match before any pointer is followed.</summary>
static class Check
{
    /// <summary>Larger than any index in a span.</summary>
    const long Beyond = 1L << 31;

    public static void Same(int expected, int actual, string name)
    {
        if (expected != actual)
            throw new ArgumentException($"{name} has {actual} elements instead of {expected}.", name);
    }

    /// <summary>The product of extents, none of them negative.</summary>
    public static int Count(int first, int second, int third = 1)
    {
        if (first < 0 || second < 0 || third < 0)
            throw new ArgumentException($"The extents {first}, {second}, {third} must not be negative.");

        var area = (long)first * second;

        if (area > int.MaxValue || area * third > int.MaxValue)
            throw new ArgumentException($"{first} × {second} × {third} elements are more than a span can hold.");

        return (int)(area * third);
    }

    public static void Divides(int length, int total, string name)
    {
        if (total > 0 && (length == 0 || total % length != 0))
            throw new ArgumentException($"The {length} elements of {name} cannot be repeated to {total}.", name);
    }

    /// <summary>All rows are within a block of this length.</summary>
    public static void Rows(int width, int length, ReadOnlySpan<int> rows)
    {
        var available = width == 0 ? int.MaxValue : length / width;

        foreach (var row in rows)
            if ((uint)row >= (uint)available)
                throw new ArgumentException($"Row {row} is out of range; there are {available}.", nameof(rows));
    }

    /// <summary>The view has the given number of elements, all within a block of this length.</summary>
    public static void View(Strided view, int elements, int length)
    {
        if (view.Extents.Length != view.Strides.Length)
            throw new ArgumentException(
                $"The view has {view.Extents.Length} extents but {view.Strides.Length} strides.", nameof(view));

        long count = 1, least = view.Offset, largest = view.Offset;

        for (var axis = 0; axis < view.Extents.Length; axis++)
        {
            if (view.Extents[axis] < 0)
                throw new ArgumentException($"Extent {axis} of the view is {view.Extents[axis]}.", nameof(view));

            // bounded, so that nothing overflows: a place once out of range stays so, unless there are no elements
            count = Math.Min(count * view.Extents[axis], Beyond);
            var reach = ((long)view.Extents[axis] - 1) * view.Strides[axis];
            (least, largest) = reach < 0
                ? (Math.Max(least + reach, -Beyond), largest)
                : (least, Math.Min(largest + reach, Beyond));
        }

        if (count != elements)
            throw new ArgumentException($"The view has {count} elements, but the dense operand {elements}.", nameof(view));

        if (count > 0 && (least < 0 || largest >= length))
            throw new ArgumentException(
                $"The view reaches from {least} to {largest}, outside {length} elements.", nameof(view));
    }
}
