using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Sums and maxima along an axis.</summary>
/// <remarks>The order of a sum depends on the extents alone, never on width or threads: rows of an axis are added
/// in chunks of <see cref="Chunk"/> (so that rounding grows with the chunk, not with the axis), and a dense run is
/// folded into rows of <see cref="Fold"/> first, then by halves.</remarks>
static unsafe class Reducer
{
    const int Fold = 64;
    const int Chunk = 256;
    const int PartLength = 1 << 15;

    struct Job
    {
        public float* X, Y;
        public int Outer, Length, Inner, Part;
    }

    /// <summary>y[o, i] = the operator folded over x[o, l, i] for l from 0 to length - 1, of which there is at
    /// least one.</summary>
    public static void Run<TOperator, TLanes>(Team team, int outer, int length, int inner, float* x, float* y)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var job = new Job { X = x, Y = y, Outer = outer, Length = length, Inner = inner };
        var work = (long)outer * length * inner;
        var parts = (int)Math.Clamp(work / PartLength, 1, team.Threads);

        if (outer >= parts)
        {
            job.Part = (outer + parts - 1) / parts;
            team.Run(&OuterPart<TOperator, TLanes>, &job, (outer + job.Part - 1) / job.Part);
        }
        else
        {
            job.Part = ((inner + parts - 1) / parts + Fold - 1) / Fold * Fold;
            team.Run(&InnerPart<TOperator, TLanes>, &job, (inner + job.Part - 1) / job.Part);
        }
    }

    static void OuterPart<TOperator, TLanes>(void* context, int part)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref var job = ref *(Job*)context;
        var end = Math.Min(job.Outer, (part + 1) * job.Part);

        for (var o = part * job.Part; o < end; o++)
        {
            var x = job.X + (nint)o * job.Length * job.Inner;

            if (job.Inner == 1)
                job.Y[o] = Dense<TOperator, TLanes>(x, job.Length);
            else
                Rows<TOperator, TLanes>(x, job.Length, job.Inner, job.Inner, job.Y + (nint)o * job.Inner);
        }
    }

    static void InnerPart<TOperator, TLanes>(void* context, int part)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref var job = ref *(Job*)context;
        var start = part * job.Part;
        var columns = Math.Min(job.Part, job.Inner - start);

        for (nint o = 0; o < job.Outer; o++)
            if (job.Inner == 1)
                job.Y[o] = Dense<TOperator, TLanes>(job.X + o * job.Length, job.Length);
            else
                Rows<TOperator, TLanes>(
                    job.X + o * job.Length * job.Inner + start, job.Length, job.Inner,
                    columns, job.Y + o * job.Inner + start);
    }

    /// <summary>The fold of neighbours.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dense<TOperator, TLanes>(float* x, int length)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var folded = stackalloc float[Fold];
        var count = Math.Min(length, Fold);

        if (length < Fold)
        {
            new Span<float>(x, length).CopyTo(new Span<float>(folded, Fold));
        }
        else
        {
            var rows = length / Fold;
            Rows<TOperator, TLanes>(x, rows, Fold, Fold, folded);
            Into<TOperator>(folded, x + (nint)rows * Fold, length - rows * Fold);
        }

        for (int half; count > 1; count = half)
        {
            half = (count + 1) / 2;
            Into<TOperator>(folded, folded + half, count - half);
        }

        return folded[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Into<TOperator>(float* target, float* source, int count) where TOperator : struct, IBinaryOperator
    {
        for (var i = 0; i < count; i++)
            Lanes1.Store(TOperator.Invoke(Lanes1.Load(target + i), Lanes1.Load(source + i)), target + i);
    }

    /// <summary>y[i] = the fold of x[l, i], four registers of columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<TOperator, TLanes>(float* x, int rows, nint stride, int columns, float* y)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var column = 0;

        for (; column <= columns - 4 * TLanes.Count; column += 4 * TLanes.Count)
        {
            var row = x + column;

            for (var start = 0; start < rows; start += Chunk)
            {
                TLanes s0 = TLanes.Load(row), s1 = TLanes.Load(row + TLanes.Count);
                TLanes s2 = TLanes.Load(row + 2 * TLanes.Count), s3 = TLanes.Load(row + 3 * TLanes.Count);
                row += stride;

                for (var l = Math.Min(Chunk, rows - start); l > 1; l--, row += stride)
                {
                    s0 = TOperator.Invoke(s0, TLanes.Load(row));
                    s1 = TOperator.Invoke(s1, TLanes.Load(row + TLanes.Count));
                    s2 = TOperator.Invoke(s2, TLanes.Load(row + 2 * TLanes.Count));
                    s3 = TOperator.Invoke(s3, TLanes.Load(row + 3 * TLanes.Count));
                }

                Combine(s0, y + column, TLanes.Count, start);
                Combine(s1, y + column + TLanes.Count, TLanes.Count, start);
                Combine(s2, y + column + 2 * TLanes.Count, TLanes.Count, start);
                Combine(s3, y + column + 3 * TLanes.Count, TLanes.Count, start);
            }
        }

        for (; column < columns; column += TLanes.Count)
        {
            var row = x + column;
            var count = Math.Min(TLanes.Count, columns - column);

            for (var start = 0; start < rows; start += Chunk)
            {
                var s = TLanes.LoadPartial(row, count);
                row += stride;

                for (var l = Math.Min(Chunk, rows - start); l > 1; l--, row += stride)
                    s = TOperator.Invoke(s, TLanes.LoadPartial(row, count));

                Combine(s, y + column, count, start);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Combine(TLanes s, float* y, int count, int start) =>
            TLanes.StorePartial(start == 0 ? s : TOperator.Invoke(TLanes.LoadPartial(y, count), s), y, count);
    }
}
