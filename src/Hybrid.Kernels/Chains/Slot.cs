namespace Hybrid.Kernels;

/// <summary>Where the elements of a chain's value stand, seen as rows of one length.</summary>
enum Place
{
    /// <summary>Every element has a place of its own.</summary>
    Full,

    /// <summary>All rows are the same.</summary>
    Row,

    /// <summary>All elements of a row are the same number.</summary>
    Column,

    /// <summary>All elements are the same number.</summary>
    Scalar,

    /// <summary>A repetition of another kind: written out in working memory for the elements that are worked on.</summary>
    Spread,

    /// <summary>Kept in working memory, from one instruction to another.</summary>
    Between,
}

/// <summary>A value of a chain: the first number of where it stands, how many stand there, how many elements each one of
/// them stands for in a row, and its run of working memory, if it has one.</summary>
readonly unsafe struct Slot(Place place, float* start, int count, int repeat, int room)
{
    readonly int count = count, repeat = repeat;

    public readonly Place Place = place;
    public readonly float* Start = start;
    public readonly int Room = room;

    public static Slot At(float* start) => new(Place.Full, start, 0, 1, 0);
    public static Slot Between(int room) => new(Place.Between, null, 0, 1, room);

    /// <summary>The place of an operand whose repetition gives so many elements.</summary>
    public static Place PlaceOf(int count, int repeat, int length, int rowLength) =>
        count == length ? Place.Full
        : count == 1 ? Place.Scalar
        : repeat == 1 && count == rowLength ? Place.Row
        : repeat == rowLength && (long)count * repeat == length ? Place.Column
        : Place.Spread;

    /// <summary>Where element i stands, which is that of a row and a column.</summary>
    public float* Locate(int i, int row, int column, float* rooms, int roomLength) => Place switch
    {
        Place.Full => Start + i,
        Place.Row => Start + column,
        Place.Column => Start + row,
        Place.Scalar => Start,
        _ => rooms + (nint)Room * roomLength,
    };

    /// <summary>Writes out a repetition, from element i on.</summary>
    public void Write(int i, int length, float* target)
    {
        for (var end = target + length; target < end;)
        {
            var (turn, done) = Math.DivRem(i, repeat);
            var place = turn % count;
            var rest = (int)(end - target);
            int run;

            if (count == 1)
                new Span<float>(target, run = rest).Fill(*Start);
            else if (repeat == 1)
                new Span<float>(Start + place, run = Math.Min(rest, count - place)).CopyTo(new Span<float>(target, rest));
            else
                new Span<float>(target, run = Math.Min(rest, repeat - done)).Fill(Start[place]);

            target += run;
            i += run;
        }
    }
}
