using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The placement of a chain's value, seen as rows of one length.</summary>
enum Place
{
    /// <summary>Every element has its own place.</summary>
    Full,

    /// <summary>All rows are the same.</summary>
    Row,

    /// <summary>All elements of a row are the same number.</summary>
    Column,

    /// <summary>All elements are the same number.</summary>
    Scalar,

    /// <summary>Any other repetition: expanded in working memory for the current elements.</summary>
    Spread,

    /// <summary>Kept in working memory between instructions.</summary>
    Between,
}

/// <summary>A value of a chain: its first number, the count of its numbers, the number of elements that each of
/// them represents in a row, and its run of working memory, if any.</summary>
readonly unsafe struct Slot(Place place, float* start, int count, int repeat, int room)
{
    readonly int count = count, repeat = repeat;

    public readonly Place Place = place;
    public readonly float* Start = start;
    public readonly int Room = room;

    public static Slot At(float* start) => new(Place.Full, start, 0, 1, 0);
    public static Slot Between(int room) => new(Place.Between, null, 0, 1, room);

    /// <summary>The slot of an operand whose repetition gives a number of elements.</summary>
    public static Place PlaceOf(int count, int repeat, int length, int rowLength) =>
        count == length ? Place.Full
        : count == 1 ? Place.Scalar
        : repeat == 1 && count == rowLength ? Place.Row
        : repeat == rowLength && (long)count * repeat == length ? Place.Column
        : Place.Spread;

    /// <summary>The place of some columns of rows, from a row and a column on: rows are a length apart;
    /// in working memory, contiguous.</summary>
    public Rows Locate(int row, int column, int rowLength, float* room, int columns) => Place switch
    {
        Place.Full => new(Start + (nint)row * rowLength + column, rowLength),
        Place.Row => new(Start + column, 0),
        Place.Column => new(Start + row, 1),
        Place.Scalar => new(Start, 0),
        _ => new(room, columns),
    };

    /// <summary>The period of a repetition, in elements.</summary>
    public int Period => count * repeat;

    /// <summary>Expands a repetition, from element i on.</summary>
    public void Write(int i, int length, float* target)
    {
        var (turn, done) = Math.DivRem(i, repeat);
        var place = turn % count;
        var period = Math.Min(length, Period);
        var end = target + period;

        while (target < end)
        {
            var run = (int)Math.Min(end - target, repeat - done);
            var value = Start[place];

            if (run > 16)
                new Span<float>(target, run).Fill(value);
            else
                for (var k = 0; k < run; k++)
                    target[k] = value;

            target += run;
            done = 0;
            place = place + 1 == count ? 0 : place + 1;
        }

        // the written part is copied behind itself, doubling each time
        var start = end - period;

        for (int written = period, more; written < length; written += more)
        {
            more = Math.Min(written, length - written);
            Unsafe.CopyBlockUnaligned(start + written, start, (uint)more * sizeof(float));
        }
    }
}
