using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>One element-wise operation on operands that may repeat, on as many threads as it justifies.</summary>
static unsafe class Elementwise
{
    /// <summary>Elements that justify a further thread; a multiple of every width.</summary>
    const int PartLength = 1 << 15;

    struct Job
    {
        public delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> Loop;
        public Cyclic A, B, C;
        public float* Y;
        public int Length, PartLength;
    }

    /// <summary>y[i] = loop(a[i mod |a|], b[i mod |b|], c[i mod |c|]); with fewer operands, one is given twice.</summary>
    public static void Run(
        Team team, delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> loop, Cyclic a, Cyclic b, Cyclic c, float* y, int length)
    {
        if (length <= PartLength && a.Length >= length && b.Length >= length && c.Length >= length)
        {
            Loop(loop, a.Start, b.Start, c.Start, y, length);
            return;
        }

        var job = new Job { Loop = loop, A = a, B = b, C = c, Y = y, Length = length, PartLength = length };

        if (length <= PartLength || team.Threads == 1)
            Part(&job, 0);
        else
            team.Run(&Part, &job, Cut(team, ref job));
    }

    static int Cut(Team team, ref Job job)
    {
        var parts = Math.Clamp(job.Length / PartLength, 1, team.Threads);
        job.PartLength = (int)(((long)job.Length + parts - 1) / parts + 63 & ~63L);
        return (int)(((long)job.Length + job.PartLength - 1) / job.PartLength);
    }

    [SkipLocalsInit]
    static void Part(void* context, int part)
    {
        ref var job = ref *(Job*)context;
        var start = part * job.PartLength;
        var end = (int)Math.Min(job.Length, (long)start + job.PartLength);
        float* roomA = stackalloc float[Cyclic.RoomLength], roomB = stackalloc float[Cyclic.RoomLength];
        var roomC = stackalloc float[Cyclic.RoomLength];
        var (a, b) = (job.A.Repeat(roomA, job.Length), job.B.Repeat(roomB, job.Length));
        var c = job.C.Repeat(roomC, job.Length);

        for (int i = start, run; i < end; i += run)
        {
            run = Math.Min(Math.Min(end - i, a.Run(i)), Math.Min(b.Run(i), c.Run(i)));
            Loop(job.Loop, a.At(i), b.At(i), c.At(i), job.Y + i, run);
        }
    }

    /// <summary>The loop over one row.</summary>
    static void Loop(
        delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> loop, float* a, float* b, float* c, float* y, int length)
    {
        Rows first = new(a, 0), second = new(b, 0), third = new(c, 0), result = new(y, 0);
        loop(&first, &second, &third, &result, 1, length);
    }
}
