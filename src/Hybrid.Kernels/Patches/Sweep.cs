using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Some lines of windows that are three pixels wide and side by side, and their outputs, at most as many as a register has
/// numbers. The chain of sums of an element is that of <see cref="Strip"/>: row by row of a window, and in each pixel by pixel.</summary>
/// <remarks>A number that is read takes part in the sums of the three windows that it belongs to, where a strip of as few outputs
/// (<see cref="PatchStrip"/>) reads one for each multiply-add. Nothing is copied to put zeros around an image.</remarks>
unsafe struct Sweep
{
    /// <summary>The maximum number of lines.</summary>
    public const int MaxLines = 4;

    /// <summary>The width of windows.</summary>
    public const int WindowColumns = 3;

    /// <summary>With fewer it is slower than strips.</summary>
    public const int FewestChannels = 3;

    /// <summary>For each row of windows the pixels of <see cref="MaxLines"/> lines: a row of an image, or zeros. Missing lines repeat the
    /// last one.</summary>
    public float** Rows;
    public int WindowRows;

    /// <summary>A row of zeros.</summary>
    public float* Zeros;

    /// <summary>The number of windows of a line, the zeros before its first pixel, and the extents of an image.</summary>
    public int Windows, Left, Width, Channels;

    /// <summary>[window rows; window columns; channels; numbers of a register].</summary>
    public float* Weights;

    /// <summary>Room for the sums of all windows of <see cref="MaxLines"/> lines, in registers.</summary>
    public float* Sums;

    /// <summary>[lines; windows; outputs].</summary>
    public float* Result;
    public int Lines, Outputs;

    /// <summary>What becomes of the sums, as in <see cref="Strand"/>.</summary>
    public float* Bias, Addend;
    public bool IsRectified;

    public static void Run<TLanes>(Sweep* sweep) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var row = 0; row < sweep->WindowRows; row++)
            Add<TLanes>(sweep, row);
    }

    /// <summary>Adds the products of one row of the windows to all sums, which are complete after the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add<TLanes>(Sweep* sweep, int row) where TLanes : unmanaged, ILanes<TLanes>
    {
        ref readonly var s = ref *sweep;
        int windows = s.Windows, width = s.Width, channels = s.Channels;
        var pixels = s.Rows + row * MaxLines;
        float* row0 = pixels[0], row1 = pixels[1], row2 = pixels[2], row3 = pixels[3];
        var weights = s.Weights + (nint)row * WindowColumns * channels * TLanes.Count;
        nint middle = channels * TLanes.Count, last = 2 * middle;

        // on each line, windows of which a pixel is the last, the middle or the first one of the row
        TLanes l0 = default, l1 = default, l2 = default, l3 = default, m0 = default, m1 = default, m2 = default, m3 = default;

        for (var column = 0; column < windows + WindowColumns - 1; column++)
        {
            TLanes f0 = default, f1 = default, f2 = default, f3 = default;

            if (row > 0 && column < windows)
            {
                var begun = s.Sums + column * MaxLines * TLanes.Count;
                f0 = TLanes.Load(begun);
                f1 = TLanes.Load(begun + TLanes.Count);
                f2 = TLanes.Load(begun + 2 * TLanes.Count);
                f3 = TLanes.Load(begun + 3 * TLanes.Count);
            }

            var at = column - s.Left;
            var isInside = (uint)at < (uint)width;
            var place = (nint)at * channels;
            float* x0 = isInside ? row0 + place : s.Zeros, x1 = isInside ? row1 + place : s.Zeros,
                x2 = isInside ? row2 + place : s.Zeros, x3 = isInside ? row3 + place : s.Zeros, w = weights;

            for (nint i = 0; i < channels; i++, w += TLanes.Count)
            {
                TLanes forFirst = TLanes.Load(w), forMiddle = TLanes.Load(w + middle), forLast = TLanes.Load(w + last);
                var x = TLanes.Create(x0[i]);
                l0 = TLanes.MultiplyAdd(x, forLast, l0);
                m0 = TLanes.MultiplyAdd(x, forMiddle, m0);
                f0 = TLanes.MultiplyAdd(x, forFirst, f0);
                x = TLanes.Create(x1[i]);
                l1 = TLanes.MultiplyAdd(x, forLast, l1);
                m1 = TLanes.MultiplyAdd(x, forMiddle, m1);
                f1 = TLanes.MultiplyAdd(x, forFirst, f1);
                x = TLanes.Create(x2[i]);
                l2 = TLanes.MultiplyAdd(x, forLast, l2);
                m2 = TLanes.MultiplyAdd(x, forMiddle, m2);
                f2 = TLanes.MultiplyAdd(x, forFirst, f2);
                x = TLanes.Create(x3[i]);
                l3 = TLanes.MultiplyAdd(x, forLast, l3);
                m3 = TLanes.MultiplyAdd(x, forMiddle, m3);
                f3 = TLanes.MultiplyAdd(x, forFirst, f3);
            }

            if (column >= WindowColumns - 1 && row == s.WindowRows - 1)
            {
                End(in s, 0, column - (WindowColumns - 1), l0);

                if (s.Lines > 1)
                    End(in s, 1, column - (WindowColumns - 1), l1);

                if (s.Lines > 2)
                    End(in s, 2, column - (WindowColumns - 1), l2);

                if (s.Lines > 3)
                    End(in s, 3, column - (WindowColumns - 1), l3);
            }
            else if (column >= WindowColumns - 1)
            {
                var complete = s.Sums + (column - (WindowColumns - 1)) * MaxLines * TLanes.Count;
                TLanes.Store(l0, complete);
                TLanes.Store(l1, complete + TLanes.Count);
                TLanes.Store(l2, complete + 2 * TLanes.Count);
                TLanes.Store(l3, complete + 3 * TLanes.Count);
            }

            (l0, l1, l2, l3) = (m0, m1, m2, m3);
            (m0, m1, m2, m3) = (f0, f1, f2, f3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void End<TLanes>(in Sweep s, int line, int window, TLanes sum) where TLanes : unmanaged, ILanes<TLanes>
    {
        var place = ((nint)line * s.Windows + window) * s.Outputs;
        StrandEnd.Put(
            sum + StrandEnd.Bias<TLanes>(s.Bias, 0, s.Outputs), StrandEnd.Floor<TLanes>(s.IsRectified), s.Result + place,
            s.Addend == null ? null : s.Addend + place, s.Outputs);
    }
}
