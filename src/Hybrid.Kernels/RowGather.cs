using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>Gathers rows of a large block, such as a batch of shuffled examples.</summary>
/// <remarks>Such rows come from memory, not from a cache: the next is prefetched while one is copied, and all threads
/// take part.</remarks>
static unsafe class RowGather
{
    /// <summary>Fewer numbers are copied faster than a thread wakes up.</summary>
    const int PartLength = 1 << 14;

    const int CacheLine = 64 / sizeof(float);

    struct Job
    {
        public float* From, To;
        public int* Rows;
        public int Count, Width, PartRows;
    }

    /// <summary>Row i of <paramref name="to"/> is row rows[i] of <paramref name="from"/>.</summary>
    public static void Run(Team team, int width, float* from, int* rows, int count, float* to)
    {
        var parts = (int)Math.Clamp((long)count * width / PartLength, 1, team.Threads);
        var partRows = (count + parts - 1) / parts;
        var job = new Job { From = from, To = to, Rows = rows, Count = count, Width = width, PartRows = partRows };
        team.Run(&Part, &job, parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Part(void* context, int part)
    {
        var job = (Job*)context;
        var end = Math.Min(job->Count, (part + 1) * job->PartRows);

        for (var i = part * job->PartRows; i < end; i++)
        {
            if (i + 1 < end && Sse.IsSupported)
            {
                var next = job->From + (nint)job->Rows[i + 1] * job->Width;

                for (var j = 0; j < job->Width; j += CacheLine)
                    Sse.Prefetch0(next + j);
            }

            Unsafe.CopyBlockUnaligned(
                job->To + (nint)i * job->Width, job->From + (nint)job->Rows[i] * job->Width, (uint)job->Width * sizeof(float));
        }
    }
}
