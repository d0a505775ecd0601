using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Kernels;

/// <summary>Copies between a dense block and a strided view of a second block.</summary>
/// <remarks>Axes that are contiguous on both sides are merged; then a run of neighbours is copied at
/// once, and if neighbours on one side are strided on the other, both are walked in square blocks.</remarks>
static unsafe class StridedCopy
{
    /// <summary>The maximum number of axes after merging; more than anyone has.</summary>
    const int MaxRank = 32;

    const int Block = 16;

    /// <summary>Fewer numbers are copied faster than a thread wakes up.</summary>
    const int PartLength = 1 << 15;

    struct Job
    {
        public float* Source, Target;
        public int* Extents;
        public nint* From, To;
        public int Rank, PartRows;
    }

    ref struct Walk
    {
        public int Rank;
        public Span<int> Extents;
        public Span<nint> From, To;

        public void Remove(int axis)
        {
            Extents[(axis + 1)..Rank].CopyTo(Extents[axis..]);
            From[(axis + 1)..Rank].CopyTo(From[axis..]);
            To[(axis + 1)..Rank].CopyTo(To[axis..]);
            Rank--;
        }
    }

    /// <summary>Copies the view's elements, in order, to the dense target.</summary>
    public static void Read(Team team, Strided view, float* source, float* target) =>
        Run(team, view, source + view.Offset, target, true);

    /// <summary>Copies the dense source's elements to the view's places.</summary>
    public static void Write(Team team, Strided view, float* source, float* target) =>
        Run(team, view, source, target + view.Offset, false);

    [SkipLocalsInit]
    static void Run(Team team, Strided view, float* source, float* target, bool read)
    {
        var extents = stackalloc int[MaxRank];
        nint* sources = stackalloc nint[MaxRank], targets = stackalloc nint[MaxRank];
        var walk = new Walk { Extents = new(extents, MaxRank), From = new(sources, MaxRank), To = new(targets, MaxRank) };

        nint dense = 1;

        // from the last axis to the first; the walk's axis 0 is the view's last
        for (var axis = view.Extents.Length - 1; axis >= 0; axis--)
        {
            var (extent, stride) = (view.Extents[axis], (nint)view.Strides[axis]);
            var (from, to) = read ? (stride, dense) : (dense, stride);
            dense *= extent;

            if (extent == 1)
                continue;

            var last = walk.Rank - 1;

            if (last >= 0 && from == walk.From[last] * walk.Extents[last] && to == walk.To[last] * walk.Extents[last])
            {
                walk.Extents[last] *= extent;
                continue;
            }

            ArgumentOutOfRangeException.ThrowIfEqual(walk.Rank, MaxRank, nameof(view));
            (walk.Extents[walk.Rank], walk.From[walk.Rank], walk.To[walk.Rank]) = (extent, from, to);
            walk.Rank++;
        }

        if (dense == 0)
            return;

        if (walk.Rank == 0)
        {
            *target = *source;
            return;
        }

        var rows = extents[walk.Rank - 1];
        var parts = (int)Math.Clamp(dense / PartLength, 1, Math.Min(team.Threads, rows));
        var job = new Job
        {
            Source = source,
            Target = target,
            Extents = extents,
            From = sources,
            To = targets,
            Rank = walk.Rank,
            PartRows = (rows + parts - 1) / parts,
        };
        team.Run(&Part, &job, parts);
    }

    /// <summary>Some rows of the outermost axis.</summary>
    [SkipLocalsInit]
    static void Part(void* context, int part)
    {
        var job = (Job*)context;
        var outer = job->Rank - 1;
        var start = part * job->PartRows;
        var rows = Math.Min(job->Extents[outer] - start, job->PartRows);

        if (rows <= 0)
            return;

        var walk = new Walk
        {
            Rank = job->Rank,
            Extents = stackalloc int[MaxRank],
            From = stackalloc nint[MaxRank],
            To = stackalloc nint[MaxRank],
        };
        new ReadOnlySpan<int>(job->Extents, job->Rank).CopyTo(walk.Extents);
        new ReadOnlySpan<nint>(job->From, job->Rank).CopyTo(walk.From);
        new ReadOnlySpan<nint>(job->To, job->Rank).CopyTo(walk.To);
        walk.Extents[outer] = rows;
        Copy(walk, job->Source + start * job->From[outer], job->Target + start * job->To[outer]);
    }

    static void Copy(Walk walk, float* source, float* target)
    {
        var columns = Axis(walk, 1, 1);

        if (columns >= 0)
        {
            var count = Take(ref walk, columns).Extent;
            Each(walk, source, target, count, 1, 1, 1, 1, 1);
            return;
        }

        // the axis along which the source is contiguous, and the one along which the target is
        var rows = Axis(walk, 1, null);
        var (extent, from, to) = rows >= 0 ? Take(ref walk, rows) : (1, 1, 1);
        columns = Axis(walk, null, 1);
        var column = columns >= 0 ? Take(ref walk, columns) : walk.Rank > 0 ? Take(ref walk, 0) : (1, 1, 1);
        Each(walk, source, target, column.Extent, column.From, column.To, extent, from, to);
    }

    static int Axis(Walk walk, nint? from, nint? to)
    {
        for (var axis = 0; axis < walk.Rank; axis++)
            if ((from is null || walk.From[axis] == from) && (to is null || walk.To[axis] == to))
                return axis;

        return -1;
    }

    static (int Extent, nint From, nint To) Take(ref Walk walk, int axis)
    {
        var taken = (walk.Extents[axis], walk.From[axis], walk.To[axis]);
        walk.Remove(axis);
        return taken;
    }

    /// <summary>A matrix of rows by columns for every index of the remaining axes.</summary>
    [SkipLocalsInit]
    static void Each(
        Walk walk, float* source, float* target, int columns, nint from, nint to, int rows, nint rowFrom, nint rowTo)
    {
        var index = stackalloc int[MaxRank];
        new Span<int>(index, walk.Rank).Clear();

        while (true)
        {
            if (from == 1 && to == 1 && rows == 1)
                new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
            else if (from == 0 && to == 1 && rows == 1)
                new Span<float>(target, columns).Fill(*source);
            else
                Matrix(source, target, columns, from, to, rows, rowFrom, rowTo);

            var axis = 0;

            for (; axis < walk.Rank; axis++)
            {
                source += walk.From[axis];
                target += walk.To[axis];

                if (++index[axis] < walk.Extents[axis])
                    break;

                source -= walk.From[axis] * walk.Extents[axis];
                target -= walk.To[axis] * walk.Extents[axis];
                index[axis] = 0;
            }

            if (axis == walk.Rank)
                return;
        }
    }

    /// <summary>In square blocks, so that the cache lines of the strided side are still in the cache when their next
    /// number is needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Matrix(
        float* source, float* target, int columns, nint from, nint to, int rows, nint rowFrom, nint rowTo)
    {
        if (rows == 1)
        {
            Plain(source, target, columns, from, to, 1, rowFrom, rowTo);
            return;
        }

        for (var row = 0; row < rows; row += Block)
            for (var column = 0; column < columns; column += Block)
            {
                var x = source + row * rowFrom + column * from;
                var y = target + row * rowTo + column * to;
                int height = Math.Min(Block, rows - row), width = Math.Min(Block, columns - column);

                if (rowFrom == 1 && to == 1 && height == Block && width == Block)
                    Transpose(x, from, y, rowTo);
                else
                    Plain(x, y, width, from, to, height, rowFrom, rowTo);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Plain(float* source, float* target, int columns, nint from, nint to, int rows, nint rowFrom, nint rowTo)
    {
        for (; rows > 0; rows--, source += rowFrom, target += rowTo)
        {
            float* x = source, y = target;

            for (var column = columns; column > 0; column--, x += from, y += to)
                *y = *x;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose(float* source, nint from, float* target, nint to)
    {
        for (var column = 0; column < Block; column += 4)
            for (var row = 0; row < Block; row += 4)
            {
                var x = source + column * from + row;
                var y = target + row * to + column;
                var block = new Block4(
                    Vector128.Load(x), Vector128.Load(x + from),
                    Vector128.Load(x + 2 * from), Vector128.Load(x + 3 * from)).Transpose();
                block.Row0.Store(y);
                block.Row1.Store(y + to);
                block.Row2.Store(y + 2 * to);
                block.Row3.Store(y + 3 * to);
            }
    }
}
