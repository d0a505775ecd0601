namespace Hybrid.Kernels;

/// <summary>Work along the middle axis of outer × length × inner elements: X to Y, and to LogSum if there is
/// one.</summary>
unsafe struct AxisWork
{
    public float* X, Y, LogSum;
    public int Outer, Length, Inner;

    /// <summary>Does the work for the places from outer to outerEnd and from column to columnEnd of the other two
    /// axes.</summary>
    public delegate*<in AxisWork, int, int, int, int, void> Kernel;

    int outerPart, columnPart;

    /// <summary>Does the work for all places, on as many threads as parts of this length justify. Never cuts the axis
    /// itself, so results do not depend on the threads.</summary>
    public readonly void Run(Team team, int partLength)
    {
        var work = this;
        var parts = (int)Math.Clamp((long)Outer * Length * Inner / partLength, 1, team.Threads);

        if (parts == 1)
        {
            Kernel(work, 0, Outer, 0, Inner);
        }
        else if (Outer >= parts)
        {
            (work.outerPart, work.columnPart) = (Part(Outer, parts, ShortRows.Lines), Inner);
            team.Run(&OuterPart, &work, (Outer + work.outerPart - 1) / work.outerPart);
        }
        else
        {
            work.columnPart = Part(Inner, parts, 64);
            team.Run(&InnerPart, &work, (Inner + work.columnPart - 1) / work.columnPart);
        }
    }

    /// <summary>The size of a part, a multiple of the unit if there are enough elements.</summary>
    static int Part(int count, int parts, int unit)
    {
        var part = (count + parts - 1) / parts;
        return part < unit ? part : (part + unit - 1) / unit * unit;
    }

    static void OuterPart(void* context, int part)
    {
        ref var work = ref *(AxisWork*)context;
        var start = part * work.outerPart;
        work.Kernel(work, start, Math.Min(work.Outer, start + work.outerPart), 0, work.Inner);
    }

    static void InnerPart(void* context, int part)
    {
        ref var work = ref *(AxisWork*)context;
        var start = part * work.columnPart;
        work.Kernel(work, 0, work.Outer, start, Math.Min(work.Inner, start + work.columnPart));
    }
}
