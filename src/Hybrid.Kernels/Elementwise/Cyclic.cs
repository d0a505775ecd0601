namespace Hybrid.Kernels;

/// <summary>An operand that repeats: element i is Start[i mod Length].</summary>
/// <remarks>Short ones are first expanded a few times, so that the loops run over many elements at a
/// time.</remarks>
readonly unsafe struct Cyclic(float* start, int length, int step = 1)
{
    /// <summary>The room that <see cref="Repeat"/> writes to.</summary>
    public const int RoomLength = 512;

    public readonly float* Start = start;
    public readonly int Length = length;
    readonly int step = step;

    /// <summary>One number, for a loop that reads it as such: nothing needs to be expanded.</summary>
    public static Cyclic Same(float* x) => new(x, int.MaxValue, step: 0);

    /// <summary>The same elements with a period of at least half the room, or of all needed elements.</summary>
    public Cyclic Repeat(float* room, int needed)
    {
        if (Length > RoomLength / 2 || Length >= needed)
            return this;

        var period = Math.Min(RoomLength / Length, (needed + Length - 1) / Length) * Length;

        if (Length == 1)
            new Span<float>(room, period).Fill(*Start);
        else
            for (var i = 0; i < period; i += Length)
                new Span<float>(Start, Length).CopyTo(new Span<float>(room + i, Length));

        return new Cyclic(room, period);
    }

    /// <summary>The number of contiguous elements from position i on.</summary>
    public int Run(int position) => Length - position % Length;

    public float* At(int position) => Start + position % Length * step;
}
