using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The loops under all element-wise operators.</summary>
/// <remarks>The last few elements go through the same instructions as all others, so that a result depends neither
/// on its position nor on how many there are.</remarks>
static unsafe class Elementwise
{
    /// <summary>Elements that are worth another thread; a multiple of every width.</summary>
    const int PartLength = 1 << 15;

    struct Job
    {
        public Cyclic A, B, Condition;
        public float* Y;
        public int Length, PartLength;
    }

    public static void Map<TOperator, TLanes>(Team team, float* x, float* y, int length)
        where TOperator : struct, IUnaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (length <= PartLength || team.Threads == 1)
        {
            Loop<TOperator, TLanes>(x, y, length);
            return;
        }

        var job = new Job { A = new(x, length), Y = y, Length = length };
        team.Run(&MapPart<TOperator, TLanes>, &job, Cut(team, ref job));
    }

    public static void Zip<TOperator, TLanes>(Team team, Cyclic a, Cyclic b, float* y, int length)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (a.Length == length && b.Length == length && (length <= PartLength || team.Threads == 1))
        {
            Loop<TOperator, TLanes>(a.Start, b.Start, y, length);
            return;
        }

        var job = new Job { A = a, B = b, Y = y, Length = length, PartLength = length };

        if (length <= PartLength)
        {
            ZipPart<TOperator, TLanes>(&job, 0);
            return;
        }

        team.Run(&ZipPart<TOperator, TLanes>, &job, Cut(team, ref job));
    }

    public static void Select<TLanes>(Team team, Cyclic condition, Cyclic a, Cyclic b, float* y, int length)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var job = new Job { Condition = condition, A = a, B = b, Y = y, Length = length };
        team.Run(&SelectPart<TLanes>, &job, Cut(team, ref job));
    }

    static int Cut(Team team, ref Job job)
    {
        var parts = Math.Clamp(job.Length / PartLength, 1, team.Threads);
        job.PartLength = (int)(((long)job.Length + parts - 1) / parts + 63 & ~63L);
        return (int)(((long)job.Length + job.PartLength - 1) / job.PartLength);
    }

    static (int Start, int End) Bounds(in Job job, int part)
    {
        var start = part * job.PartLength;
        return (start, (int)Math.Min(job.Length, (long)start + job.PartLength));
    }

    static void MapPart<TOperator, TLanes>(void* context, int part)
        where TOperator : struct, IUnaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref var job = ref *(Job*)context;
        var (start, end) = Bounds(job, part);
        Loop<TOperator, TLanes>(job.A.Start + start, job.Y + start, end - start);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ZipPart<TOperator, TLanes>(void* context, int part)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref var job = ref *(Job*)context;
        float* roomA = stackalloc float[Cyclic.RoomLength], roomB = stackalloc float[Cyclic.RoomLength];
        var (start, end) = Bounds(job, part);
        var (a, b) = (job.A.Repeat(roomA, job.Length), job.B.Repeat(roomB, job.Length));

        for (int i = start, run; i < end; i += run)
        {
            run = Math.Min(end - i, Math.Min(a.Run(i), b.Run(i)));
            Loop<TOperator, TLanes>(a.At(i), b.At(i), job.Y + i, run);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SelectPart<TLanes>(void* context, int part) where TLanes : unmanaged, ILanes<TLanes>
    {
        ref var job = ref *(Job*)context;
        float* roomA = stackalloc float[Cyclic.RoomLength], roomB = stackalloc float[Cyclic.RoomLength];
        var roomCondition = stackalloc float[Cyclic.RoomLength];
        var (start, end) = Bounds(job, part);
        var (a, b) = (job.A.Repeat(roomA, job.Length), job.B.Repeat(roomB, job.Length));
        var condition = job.Condition.Repeat(roomCondition, job.Length);

        for (int i = start, run; i < end; i += run)
        {
            run = Math.Min(Math.Min(end - i, condition.Run(i)), Math.Min(a.Run(i), b.Run(i)));
            SelectLoop<TLanes>(condition.At(i), a.At(i), b.At(i), job.Y + i, run);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Loop<TOperator, TLanes>(float* x, float* y, int length)
        where TOperator : struct, IUnaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint i = 0;

        for (; i <= length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TOperator.Invoke(TLanes.Load(x + i)), y + i);

        if (i < length)
            TLanes.StorePartial(TOperator.Invoke(TLanes.LoadPartial(x + i, length - (int)i)), y + i, length - (int)i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Loop<TOperator, TLanes>(float* a, float* b, float* y, int length)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint i = 0;

        for (; i <= length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TOperator.Invoke(TLanes.Load(a + i), TLanes.Load(b + i)), y + i);

        var rest = length - (int)i;

        if (rest > 0)
            TLanes.StorePartial(
                TOperator.Invoke(TLanes.LoadPartial(a + i, rest), TLanes.LoadPartial(b + i, rest)), y + i, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SelectLoop<TLanes>(float* condition, float* a, float* b, float* y, int length)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var i = 0; i < length; i += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, length - i);
            var isZero = TLanes.Equal(TLanes.LoadPartial(condition + i, count), default);
            TLanes x = TLanes.LoadPartial(a + i, count), other = TLanes.LoadPartial(b + i, count);
            TLanes.StorePartial(TLanes.Select(isZero, other, x), y + i, count);
        }
    }
}
