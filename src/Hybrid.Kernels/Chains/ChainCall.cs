using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hybrid.Kernels;

/// <summary>A chain that is ready to run: block by block, so that intermediate values stay in the first
/// cache, and on as many threads as the work justifies.</summary>
sealed unsafe class ChainCall<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The maximum number of elements processed at a time.</summary>
    public const int BlockLength = 1024;

    /// <summary>Operands that repeat in shorter rows are expanded instead.</summary>
    public const int LeastRow = 64;

    /// <summary>Elements times operations that justify a further thread.</summary>
    const long ParallelWork = 1 << 17;

    readonly Team team;
    readonly Pins pins = new();
    readonly Slot[] slots;
    readonly Step[] steps;
    readonly int[] spread;
    readonly int length, rowLength, rooms, roomLength, partRows, partLength;

    // whether expanded repetitions are the same for every block
    readonly bool steady;

    // the fixed places of all slots, for a chain of a single block; they own the memory
    readonly Rows[]? places;
    readonly float[]? memory;

    /// <summary>A chain on a product's elements if productRow, the length of its rows, is not 0.</summary>
    public ChainCall(Team team, Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, int productRow = 0)
    {
        this.team = team;
        length = results.Length > 0 ? results[0].Count : 0;

        foreach (var operand in operands)
            Check.Divides(operand.Values.Count * operand.Repeat, length, nameof(operands));

        foreach (var result in results)
            Check.Same(length, result.Count, nameof(results));

        var isOneBlock = length <= BlockLength;
        rowLength = isOneBlock ? Math.Max(1, length) : productRow > 0 ? productRow : RowLength(operands, length);

        var layout = new ChainLayout<TLanes>(chain, operands, results, pins, length, rowLength);
        (slots, steps, spread, rooms) = (layout.Slots, layout.Steps, layout.Spread, layout.Rooms);
        var period = 1L;

        foreach (var slot in spread)
            period = LeastCommonMultiple(period, slots[slot].Period);

        steady = rowLength == length && period <= BlockLength;
        roomLength = isOneBlock ? rowLength : steady ? BlockLength / (int)period * (int)period : BlockLength;
        (partRows, partLength) = Cut();

        if (isOneBlock)
        {
            memory = GC.AllocateUninitializedArray<float>(Math.Max(1, rooms * roomLength), pinned: true);
            places = GC.AllocateUninitializedArray<Rows>(slots.Length, pinned: true);
            var start = (float*)Unsafe.AsPointer(ref memory[0]);

            for (var slot = 0; slot < slots.Length; slot++)
                places[slot] = slots[slot].Locate(0, 0, length, start + (nint)slots[slot].Room * roomLength, length);
        }
    }

    public void Run()
    {
        if (places is not null)
            RunPlaced(places);
        else
        {
            var self = this;
            var parts = rowLength == length ? (length + partLength - 1) / partLength : (length / rowLength + partRows - 1) / partRows;
            team.Run(&RunPart, Unsafe.AsPointer(ref self), parts);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Whether it can run on parts of the elements, whose lengths are multiples of this one.</summary>
    public bool TakesParts(int unit) => places is null && (rowLength == length || unit % rowLength == 0);

    /// <summary>Runs on elements from start to end, multiples of such a length.</summary>
    public void RunElements(int start, int end)
    {
        if (rowLength == length)
            RunRectangle(0, 1, start, end);
        else
            RunRectangle(start / rowLength, end / rowLength, 0, rowLength);
    }

    /// <summary>Runs on a rectangle of a product's elements.</summary>
    [SkipLocalsInit]
    public void RunRectangle(int row, int rowEnd, int column, int columnEnd)
    {
        var working = stackalloc float[rooms * roomLength];
        var at = stackalloc Rows[slots.Length];
        var width = Math.Min(roomLength, columnEnd - column);

        // expanded values are stored row by row
        var height = spread.Length > 0 ? 1 : roomLength / width;

        if (steady)
            WriteSpread(column, roomLength, working);

        for (; row < rowEnd; row += height)
            for (var start = column; start < columnEnd; start += width)
                RunBlock(
                    row, Math.Min(height, rowEnd - row), start, Math.Min(width, columnEnd - start), working, at);
    }

    void RunPlaced(Rows[] places)
    {
        var at = (Rows*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(places));

        foreach (var slot in spread)
            slots[slot].Write(0, length, at[slot].Start);

        foreach (ref readonly var step in steps.AsSpan())
            step.Loop(at + step.A, at + step.B, at + step.C, at + step.Y, 1, length);
    }

    static void RunPart(void* context, int part)
    {
        var call = Unsafe.AsRef<ChainCall<TLanes>>(context);

        if (call.rowLength == call.length)
        {
            var start = part * call.partLength;
            call.RunRectangle(0, 1, start, (int)Math.Min(call.length, (long)start + call.partLength));
        }
        else
        {
            var start = part * call.partRows;
            call.RunRectangle(start, Math.Min(call.length / call.rowLength, start + call.partRows), 0, call.rowLength);
        }
    }

    void RunBlock(int row, int rows, int column, int columns, float* working, Rows* at)
    {
        for (var slot = 0; slot < slots.Length; slot++)
            at[slot] = slots[slot].Locate(row, column, rowLength, working + (nint)slots[slot].Room * roomLength, columns);

        if (!steady)
            WriteSpread(row * rowLength + column, columns, working);

        foreach (ref readonly var step in steps.AsSpan())
            step.Loop(at + step.A, at + step.B, at + step.C, at + step.Y, rows, columns);
    }

    void WriteSpread(int i, int count, float* working)
    {
        foreach (var slot in spread)
            slots[slot].Write(i, count, working + (nint)slots[slot].Room * roomLength);
    }

    static long LeastCommonMultiple(long a, long b) => a / GreatestCommonDivisor(a, b) * b;

    static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    /// <summary>A thread's unit of work: a number of rows or, of a single row, of elements.</summary>
    (int Rows, int Length) Cut()
    {
        var parts = (int)Math.Clamp((long)length * steps.Length / ParallelWork, 1, team.Threads);
        var rows = length / rowLength;
        return (
            Math.Max(1, (rows + parts - 1) / parts),
            (int)(((long)length + parts - 1) / parts + roomLength - 1) / roomLength * roomLength);
    }

    /// <summary>The length of the rows in which all operands repeat, if one is long enough; else all.</summary>
    static int RowLength(ChainOperand[] operands, int length)
    {
        int[] rows = [.. operands
            .Where(operand => operand.Values.Count > 1 && operand.Values.Count < length)
            .Select(operand => operand.Repeat > 1 ? operand.Repeat : operand.Values.Count)
            .Distinct()];
        return rows is [>= LeastRow] ? rows[0] : length;
    }
}
