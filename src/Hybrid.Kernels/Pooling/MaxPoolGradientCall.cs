using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The gradient of maxima of windows side by side, with a chain of its elements, ready to run: some images at a
/// time.</summary>
sealed unsafe class MaxPoolGradientCall<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The largest window, along each axis.</summary>
    public const int MaxWindow = 16;

    /// <summary>Elements of a part; of fewer in all, none is left to another thread.</summary>
    const int PartLength = 1 << 13;

    readonly Team team;
    readonly Pins pins = new();
    readonly PoolShape shape;
    readonly float* cotangent, x, target;
    readonly ChainCall<TLanes>? chain;
    readonly bool follows;
    readonly int partImages;

    public MaxPoolGradientCall(
        Team team, PoolWindows pool, ArraySegment<float> cotangent, ArraySegment<float> x,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
    {
        this.team = team;
        shape = new(pool);
        this.cotangent = pins.Pin(cotangent);
        this.x = pins.Pin(x);
        target = pins.Pin(operands[0].Values);
        this.chain = chain.Instructions.Length == 0 ? null : new ChainCall<TLanes>(team, chain, operands, results);
        follows = this.chain is not null && !this.chain.TakesParts(shape.ImageLength);
        partImages = Math.Max(1, PartLength / Math.Max(1, shape.ImageLength));
    }

    public void Run()
    {
        var self = this;
        var parts = (shape.Images + partImages - 1) / partImages;

        if (parts < 4)
            for (var part = 0; part < parts; part++)
                RunPart(part);
        else
            team.Run(&RunPart, Unsafe.AsPointer(ref self), parts);

        if (follows)
            chain!.Run();

        GC.KeepAlive(this);
    }

    static void RunPart(void* context, int part) => Unsafe.AsRef<MaxPoolGradientCall<TLanes>>(context).RunPart(part);

    void RunPart(int part)
    {
        int first = part * partImages, end = Math.Min(shape.Images, first + partImages);

        for (var image = first; image < end; image++)
            Image(
                cotangent + (nint)image * shape.MaximaLength, x + (nint)image * shape.ImageLength,
                target + (nint)image * shape.ImageLength);

        if (chain is not null && !follows)
            chain.RunElements(first * shape.ImageLength, end * shape.ImageLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Image(float* g, float* x, float* y)
    {
        var rest = (int)shape.RowLength - shape.Columns * shape.WindowColumns * shape.Channels;

        for (var row = 0; row < shape.Rows; row++)
        {
            var line = row * shape.WindowRows * shape.RowLength;

            if (shape is { WindowRows: 2, WindowColumns: 2 })
                Squares(g, x + line, y + line);
            else
                Windows(g, x + line, y + line);

            g += shape.Columns * shape.Channels;

            for (var i = 0; i < shape.WindowRows && rest > 0; i++)
                new Span<float>(y + line + (i + 1) * shape.RowLength - rest, rest).Clear();
        }

        var below = shape.Rows * shape.WindowRows * shape.RowLength;
        new Span<float>(y + below, (int)(shape.ImageLength - below)).Clear();
    }

    /// <summary>A row of windows of 2 × 2 pixels, which are most of all: what is known of them stays in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Squares(float* g, float* x, float* y)
    {
        int channels = shape.Channels, columns = shape.Columns;
        var below = shape.RowLength;

        for (var column = 0; column < columns; column++)
        {
            var channel = 0;

            for (; channel <= channels - TLanes.Count; channel += TLanes.Count)
            {
                TLanes first = TLanes.Load(x + channel), second = TLanes.Load(x + channels + channel);
                TLanes third = TLanes.Load(x + below + channel), fourth = TLanes.Load(x + below + channels + channel);
                Route(TLanes.Load(g + channel), ref first, ref second, ref third, ref fourth);
                TLanes.Store(first, y + channel);
                TLanes.Store(second, y + channels + channel);
                TLanes.Store(third, y + below + channel);
                TLanes.Store(fourth, y + below + channels + channel);
            }

            if (channel < channels)
            {
                var count = channels - channel;
                TLanes first = TLanes.LoadPartial(x + channel, count), second = TLanes.LoadPartial(x + channels + channel, count);
                TLanes third = TLanes.LoadPartial(x + below + channel, count);
                var fourth = TLanes.LoadPartial(x + below + channels + channel, count);
                Route(TLanes.LoadPartial(g + channel, count), ref first, ref second, ref third, ref fourth);
                TLanes.StorePartial(first, y + channel, count);
                TLanes.StorePartial(second, y + channels + channel, count);
                TLanes.StorePartial(third, y + below + channel, count);
                TLanes.StorePartial(fourth, y + below + channels + channel, count);
            }

            x += 2 * channels;
            y += 2 * channels;
            g += channels;
        }
    }

    /// <summary>The cotangent of a maximum times 1 or 0, for each of four pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Route(TLanes cotangent, ref TLanes first, ref TLanes second, ref TLanes third, ref TLanes fourth)
    {
        TLanes above = Stays(first, second), below = Stays(third, fourth);
        var upper = Stays(TLanes.Select(above, first, second), TLanes.Select(below, third, fourth));
        TLanes chosen = cotangent * TLanes.Create(1), other = cotangent * TLanes.Create(0);
        TLanes ofUpper = TLanes.Select(upper, chosen, other), ofLower = TLanes.Select(upper, other, chosen);
        first = TLanes.Select(above, ofUpper, other);
        second = TLanes.Select(above, other, ofUpper);
        third = TLanes.Select(below, ofLower, other);
        fourth = TLanes.Select(below, other, ofLower);
    }

    /// <summary>A row of windows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Windows(float* g, float* x, float* y)
    {
        int channels = shape.Channels, rows = shape.WindowRows, columns = shape.WindowColumns;
        var indices = stackalloc TLanes[MaxWindow];

        for (var window = 0; window < shape.Columns; window++)
        {
            for (var channel = 0; channel < channels; channel += TLanes.Count)
            {
                var count = Math.Min(TLanes.Count, channels - channel);
                TLanes largest = default, index = default;

                for (var row = 0; row < rows; row++)
                {
                    var pixel = x + row * shape.RowLength + channel;
                    var inRow = TLanes.LoadPartial(pixel, count);
                    TLanes at = default;

                    for (var column = 1; column < columns; column++)
                    {
                        var next = TLanes.LoadPartial(pixel + (nint)column * channels, count);
                        var stays = Stays(inRow, next);
                        inRow = TLanes.Select(stays, inRow, next);
                        at = TLanes.Select(stays, at, TLanes.Create(column));
                    }

                    indices[row] = at;

                    if (row == 0)
                        largest = inRow;
                    else
                    {
                        var stays = Stays(largest, inRow);
                        largest = TLanes.Select(stays, largest, inRow);
                        index = TLanes.Select(stays, index, TLanes.Create(row));
                    }
                }

                var cotangent = TLanes.LoadPartial(g + channel, count);
                TLanes chosen = cotangent * TLanes.Create(1), other = cotangent * TLanes.Create(0);

                for (var row = 0; row < rows; row++)
                {
                    var ofRow = TLanes.Select(TLanes.Equal(index, TLanes.Create(row)), chosen, other);
                    var pixel = y + row * shape.RowLength + channel;

                    for (var column = 0; column < columns; column++)
                        TLanes.StorePartial(
                            TLanes.Select(TLanes.Equal(indices[row], TLanes.Create(column)), ofRow, other),
                            pixel + (nint)column * channels, count);
                }
            }

            x += columns * channels;
            y += columns * channels;
            g += channels;
        }
    }

    // not "at most", so not if the candidate is NaN; but nothing is above NaN
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes Stays(TLanes largest, TLanes candidate) =>
        candidate <= largest | (TLanes.Equal(largest, largest) ^ TLanes.FromBits(-1));
}
