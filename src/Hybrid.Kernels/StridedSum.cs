using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Adds the elements of a dense block to those of a strided view, which may have several at one place.</summary>
/// <remarks>They are added in their order, all of one place by one thread: the bits depend neither on the number of threads nor
/// on the width.</remarks>
static unsafe class StridedSum<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    const int MaxRank = 32;

    /// <summary>Fewer numbers are added faster than a thread wakes up.</summary>
    const int PartLength = 1 << 14;

    struct Job
    {
        public float* From, To;
        public int* Extents;
        public nint* Strides;
        public int Rank, PartRows;
        public nint Row;
    }

    /// <summary>Adds every element of the dense block, of which there is at least one, to its place.</summary>
    [SkipLocalsInit]
    public static void Run(Team team, Strided view, float* from, float* to)
    {
        var extents = stackalloc int[MaxRank];
        var strides = stackalloc nint[MaxRank];
        var rank = 0;
        nint count = 1;

        // from the last axis to the first, without axes of one element; neighbours that are one run are merged
        for (var axis = view.Extents.Length - 1; axis >= 0; axis--)
        {
            var (extent, stride) = (view.Extents[axis], (nint)view.Strides[axis]);
            count *= extent;

            if (extent == 1)
                continue;

            if (rank > 0 && stride == strides[rank - 1] * extents[rank - 1])
            {
                extents[rank - 1] *= extent;
                continue;
            }

            // room for two more, below
            ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, MaxRank - 3, nameof(view));
            (extents[rank], strides[rank]) = (extent, stride);
            rank++;
        }

        for (; rank < 2; rank++)
            (extents[rank], strides[rank]) = (1, 1);

        var job = new Job
        {
            From = from,
            To = to + view.Offset,
            Extents = extents,
            Strides = strides,
            Rank = rank,
            Row = count / extents[rank - 1],
        };

        var parts = IsApart(job) ? (int)Math.Clamp(count / PartLength, 1, Math.Min(team.Threads, extents[rank - 1])) : 1;
        job.PartRows = (extents[rank - 1] + parts - 1) / parts;
        team.Run(&Part, &job, parts);
    }

    /// <summary>Whether places of different rows of the outermost axis are different.</summary>
    static bool IsApart(in Job job)
    {
        nint reach = 0;

        for (var axis = 0; axis < job.Rank - 1; axis++)
            reach += (job.Extents[axis] - 1) * Math.Abs(job.Strides[axis]);

        return Math.Abs(job.Strides[job.Rank - 1]) > reach;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Part(void* context, int part)
    {
        var job = (Job*)context;
        var outer = job->Rank - 1;
        var start = part * job->PartRows;
        var rows = Math.Min(job->Extents[outer] - start, job->PartRows);

        if (rows <= 0)
            return;

        var (run, stride) = (job->Extents[0], job->Strides[0]);
        var from = job->From + start * job->Row;
        var to = job->To + start * job->Strides[outer];
        var index = stackalloc int[MaxRank];
        new Span<int>(index, job->Rank).Clear();

        while (true)
        {
            Add(from, to, run, stride);
            from += run;
            var axis = 1;

            for (; axis <= outer; axis++)
            {
                to += job->Strides[axis];

                if (++index[axis] < (axis == outer ? rows : job->Extents[axis]))
                    break;

                to -= job->Strides[axis] * index[axis];
                index[axis] = 0;
            }

            if (axis > outer)
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(float* from, float* to, int count, nint stride)
    {
        var i = 0;

        if (stride == 1)
            for (; i + TLanes.Count <= count; i += TLanes.Count)
                TLanes.Store(TLanes.Load(to + i) + TLanes.Load(from + i), to + i);

        for (to += i * stride; i < count; i++, to += stride)
            *to += from[i];
    }
}
