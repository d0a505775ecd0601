using System.Buffers.Binary;
using System.Text;

namespace Hybrid.Parquet;

/// <summary>The end of a Parquet file, which says where its columns lie, in Thrift's compact notation. It is looked at before the reader takes
/// it, which trusts it: at a number that does not end it would go on for ever, and at structures within structures run out of its
/// stack.</summary>
/// <remarks>Structures: <see href="https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift"/>. Notation:
/// <see href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md"/>.</remarks>
ref struct Footer
{
    const int MaximumBytes = 1 << 24;

    /// <summary>The fields of each structure: v a number of variable length, y a byte, b a Boolean, d a double, s bytes, otherwise a
    /// structure; * a list.</summary>
    static readonly Dictionary<string, Dictionary<int, string>> structures = new Dictionary<string, string>
    {
        ["File"] = "1 v 2 *Element 3 v 4 *Group 5 *KeyValue 6 s 7 *Order",
        ["Element"] = "1 v 2 v 3 v 4 s 5 v 6 v 7 v 8 v 9 v 10 Logical",
        ["Logical"] = "1 Empty 2 Empty 3 Empty 4 Empty 5 Decimal 6 Empty 7 Time 8 Time 10 Integer 11 Empty 12 Empty 13 Empty 14 Empty 15 Empty",
        ["Empty"] = "",
        ["Decimal"] = "1 v 2 v",
        ["Time"] = "1 b 2 Unit",
        ["Unit"] = "1 Empty 2 Empty 3 Empty",
        ["Integer"] = "1 y 2 b",
        ["Group"] = "1 *Chunk 2 v 3 v 4 *Sorting 5 v 6 v 7 v",
        ["Sorting"] = "1 v 2 b 3 b",
        ["Chunk"] = "1 s 2 v 3 Column 4 v 5 v 6 v 7 v",
        ["Column"] = "1 v 2 *v 3 *s 4 v 5 v 6 v 7 v 8 *KeyValue 9 v 10 v 11 v 12 Statistics 13 *Encoding 14 v 15 v 16 Sizes",
        ["Statistics"] = "1 s 2 s 3 v 4 v 5 s 6 s 7 b 8 b",
        ["Encoding"] = "1 v 2 v 3 v",
        ["Sizes"] = "1 v 2 *v 3 *v",
        ["KeyValue"] = "1 s 2 s",
        ["Order"] = "1 Empty",
    }.ToDictionary(
        pair => pair.Key,
        pair => pair.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2)
            .ToDictionary(field => int.Parse(field[0], System.Globalization.CultureInfo.InvariantCulture), field => field[1]));

    readonly ReadOnlySpan<byte> bytes;
    int place;
    bool isRoot = true;

    Footer(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    /// <summary>Reads the end of a file, and goes back to its beginning.</summary>
    /// <exception cref="InvalidDataException">It is not a whole Parquet file, or has columns within columns.</exception>
    public static void Require(Stream file)
    {
        Span<byte> end = stackalloc byte[8];
        if (file.Length < 12)
            throw new InvalidDataException("the file is cut off");

        file.Seek(-8, SeekOrigin.End);
        file.ReadExactly(end);
        if (!end[4..].SequenceEqual("PAR1"u8))
            throw new InvalidDataException("the file is cut off, or was not written to its end: the last four bytes of a Parquet file are PAR1");

        var length = BinaryPrimitives.ReadInt32LittleEndian(end);
        if (length <= 0 || length > file.Length - 12)
            throw Damaged();

        if (length > MaximumBytes)
            throw new InvalidDataException($"the table of its columns and row groups has {length} bytes, more than 16 MiB");

        file.Seek(-8 - length, SeekOrigin.End);
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        new Footer(bytes).Structure("File");
        file.Seek(0, SeekOrigin.Begin);
    }

    static InvalidDataException Damaged() => new("the file is damaged: the table of its columns and row groups, at its end, is not one");

    byte Next() => place < bytes.Length ? bytes[place++] : throw Damaged();

    ulong Number()
    {
        var number = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Next();
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }

        throw Damaged();
    }

    ReadOnlySpan<byte> Bytes()
    {
        var length = Number();
        if (length > (ulong)(bytes.Length - place))
            throw Damaged();

        place += (int)length;
        return bytes.Slice(place - (int)length, (int)length);
    }

    void Structure(string name)
    {
        var fields = structures[name];
        var field = 0;
        var children = 0UL;
        var repetition = 0UL;
        var text = "";

        for (var header = Next(); header != 0; header = Next())
        {
            field = header >> 4 is var step && step > 0 ? field + step : (int)(Number() >> 1);
            var type = header & 0x0F;
            var expected = fields.GetValueOrDefault(field);

            if (name == "Element" && (field is 3 or 5) && type == 5)
                (repetition, children) = field == 3 ? (Number() >> 1, children) : (repetition, Number() >> 1);
            else if (name == "Element" && field == 4 && type == 8)
                text = Encoding.UTF8.GetString(Bytes());
            else if (expected is ['*', ..])
                List(type, expected[1..]);
            else
                Value(type, expected, isField: true);
        }

        if (name != "Element")
            return;

        if (!isRoot && (children > 0 || repetition == 2))
            throw ParquetColumn.Refused(text, "lists or further columns");

        isRoot = false;
    }

    void List(int type, string element)
    {
        if (type != 9)
            throw Damaged();

        var header = Next();
        var count = header >> 4 is var few && few < 15 ? (ulong)few : Number();
        if (count > (ulong)(bytes.Length - place))
            throw Damaged();

        for (var i = 0UL; i < count; i++)
            Value(header & 0x0F, element, isField: false);
    }

    /// <summary>A value of a type, of a field that is expected or of one that the reader passes over.</summary>
    void Value(int type, string? expected, bool isField)
    {
        switch (type, expected)
        {
            case (1 or 2, "b" or null) when isField:
                break;
            case (3, "y" or null):
                Next();
                break;
            case (4 or 5 or 6, "v" or null):
                Number();
                break;
            case (8, "s" or null):
                Bytes();
                break;
            case (12, { Length: > 1 }):
                Structure(expected);
                break;
            // one without fields says something by being there
            case (12, null) when place < bytes.Length && bytes[place] == 0:
                place++;
                break;
            default:
                throw expected is null
                    ? new InvalidDataException("the file is encrypted, or written in a way that is not known")
                    : Damaged();
        }
    }
}
