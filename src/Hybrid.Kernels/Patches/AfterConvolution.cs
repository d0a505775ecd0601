using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>What becomes of a convolution's elements: the chain runs and maxima are taken of each part as soon as it is complete, while
/// it is in the cache. Elements of which only the maxima are read are kept in a room for the part.</summary>
sealed unsafe class AfterConvolution<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The product and the result of a chain of a part.</summary>
    public sealed class Room(float[] product, float[] result, ChainCall<TLanes>? chain)
    {
        public int Taken;

        public float* Product => Start(product);
        public float* Result => Start(result);
        public ChainCall<TLanes>? Chain => chain;

        static float* Start(float[] numbers) => (float*)Unsafe.AsPointer(ref numbers[0]);
    }

    readonly Team team;
    readonly Pins pins = new();
    readonly Chain instructions;
    readonly ChainOperand[] operands;
    readonly ArraySegment<float>[] results;
    readonly ChainCall<TLanes>? chain;
    readonly MaximaOf? pooling;
    readonly PoolShape shape;
    readonly float* elements, maxima;
    readonly int outputs, columns, rows, poolRows;

    // a short chain does not justify separate calls
    readonly bool follows;

    Room[] rooms = [];

    /// <param name="team">Runs what follows all parts.</param>
    /// <param name="product">The convolution.</param>
    /// <param name="chain">Of its elements.</param>
    /// <param name="operands">Of the chain; the first one is the product.</param>
    /// <param name="results">Of the chain.</param>
    /// <param name="pooling">The maxima to take, if any.</param>
    /// <param name="canEnd">Whether the convolution can do a usual chain itself.</param>
    public AfterConvolution(
        Team team, PatchProduct product, Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, MaximaOf[] pooling,
        bool canEnd)
    {
        this.team = team;
        (instructions, this.operands, this.results) = (chain, operands, results);
        var isPooledBefore = pooling is [var before] && results is [var last] && before.Elements != last;
        Ending = canEnd && !isPooledBefore ? Ending.Of(chain, operands, results, product.Outputs, product.Integers.IsValueSome, pins) : null;
        this.chain = Ending is not null || chain.Instructions.Length == 0 ? null : new(team, chain, operands, results);
        (outputs, columns, rows) = (product.Outputs, product.Patches.Columns, product.Patches.Rows);
        follows = this.chain is not null && !this.chain.TakesParts(outputs);

        if (pooling is [var pool])
        {
            this.pooling = pool;
            shape = new(pool.Windows);
            poolRows = pool.Windows.Images * pool.Windows.Rows / Math.Max(1, product.Patches.Examples);
            elements = pins.Pin(pool.Elements);
            maxima = pins.Pin(pool.Maxima);
        }
    }

    /// <summary>What the convolution does itself; then it stores what becomes of its sums.</summary>
    public Ending? Ending { get; }

    /// <summary>Parts of images have to begin with multiples of this number of rows.</summary>
    public int Unit => pooling?.Windows.WindowRows ?? 1;

    /// <summary>Makes rooms for parts of up to this number of windows, if only the maxima are read and the chain is the same for all
    /// parts.</summary>
    public void MakeRooms(int windows)
    {
        var length = windows * outputs;

        if (follows || pooling is not { IsAlone: true } || length == 0 || results.Length > 1
            || operands.Skip(1).Any(each => each.Repeat != 1 || outputs % each.Values.Count != 0))
            return;

        Room[] made = [.. Enumerable.Range(0, team.Threads).Select(_ => Make())];

        if (made.All(room => room.Chain?.TakesParts(outputs) ?? true))
            rooms = made;

        Room Make()
        {
            var product = GC.AllocateUninitializedArray<float>(length, pinned: true);

            if (chain is null || results.Length == 0)
                return new(product, product, null);

            var result = GC.AllocateUninitializedArray<float>(length, pinned: true);
            ChainOperand[] own = [new(product, 1), .. operands.Skip(1)];
            return new(product, result, new(team, instructions, own, [result]));
        }
    }

    /// <summary>A room that no other part is in, if there are rooms.</summary>
    public Room? Enter()
    {
        foreach (var room in rooms)
            if (Interlocked.CompareExchange(ref room.Taken, 1, 0) == 0)
                return room;

        return null;
    }

    /// <summary>For a part that is complete: some images, or some rows of an image, from a multiple of <see cref="Unit"/> on.</summary>
    public void Run(Room? room, int image, int images, int row, int rowEnd)
    {
        if (follows)
            return;

        int first = (image * rows + row) * columns * outputs, count = images * (rowEnd - row) * columns * outputs;

        if (room is null)
            chain?.RunElements(first, first + count);
        else
            room.Chain?.RunElements(0, count);

        if (pooling is not null)
            MaxPool.Rows<TLanes>(
                shape, room is null ? elements : room.Result - first, maxima, image * poolRows + row / shape.WindowRows,
                (image + images - 1) * poolRows + Math.Min(poolRows, rowEnd / shape.WindowRows));

        if (room is not null)
            Volatile.Write(ref room.Taken, 0);
    }

    /// <summary>After all parts.</summary>
    public void Finish()
    {
        if (follows)
        {
            chain!.Run();

            if (pooling is not null)
                MaxPool.Run<TLanes>(team, pooling.Windows, elements, maxima);
        }

        GC.KeepAlive(this);
    }
}
