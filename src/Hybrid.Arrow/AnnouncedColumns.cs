using System.Buffers.Binary;
using System.Text;

namespace Hybrid.Arrow;

/// <summary>The columns that a file announces at its end, or a stream at its beginning, as FlatBuffers. They are looked at before the reader
/// takes them: it goes down columns within columns until its stack is used up.</summary>
/// <remarks>Structures: <see href="https://github.com/apache/arrow/tree/main/format"/>, File.fbs, Message.fbs and Schema.fbs. Notation:
/// <see href="https://flatbuffers.dev/internals/"/>.</remarks>
static class AnnouncedColumns
{
    const int MaximumBytes = 1 << 24;

    // places of fields in their tables
    const int SchemaOfFooter = 1, KindOfMessage = 1, HeaderOfMessage = 2, FieldsOfSchema = 1, NameOfField = 0, ChildrenOfField = 5;
    const byte SchemaKind = 1;

    /// <summary>Reads what a file or stream announces, and goes back to its beginning.</summary>
    /// <exception cref="InvalidDataException">It is cut off or damaged, or has columns within columns.</exception>
    public static void Require(Stream stream, bool isFile)
    {
        var bytes = isFile ? FooterOf(stream) : MessageOf(stream);
        stream.Position = 0;
        var root = Root(bytes);

        if (!isFile && (Field(bytes, root, KindOfMessage) is not { } kind || bytes[kind] != SchemaKind))
            throw Damaged();

        if (Follow(bytes, Field(bytes, root, isFile ? SchemaOfFooter : HeaderOfMessage)) is not { } schema
            || Follow(bytes, Field(bytes, schema, FieldsOfSchema)) is not { } fields)
            return;

        var count = Number(bytes, fields);
        for (var i = 1; i <= count; i++)
        {
            var field = Follow(bytes, fields + 4 * i) ?? throw Damaged();
            if (Follow(bytes, Field(bytes, field, ChildrenOfField)) is { } children && Number(bytes, children) > 0)
                throw ArrowValues.Refused(NameOf(bytes, field), "lists or further columns");
        }
    }

    static byte[] FooterOf(Stream stream)
    {
        // the footer's length, and ARROW1
        Span<byte> end = stackalloc byte[10];
        if (stream.Length < 24)
            throw new InvalidDataException("the file is cut off");

        stream.Seek(-end.Length, SeekOrigin.End);
        stream.ReadExactly(end);
        if (!ArrowFiles.IsFile(end[4..]))
            throw new InvalidDataException("the file is cut off, or was not written to its end: the last six bytes of an Arrow file are ARROW1");

        var length = BinaryPrimitives.ReadInt32LittleEndian(end);
        return Bytes(stream, stream.Length - end.Length - length, length);
    }

    static byte[] MessageOf(Stream stream)
    {
        // four bytes of ones, and the message's length
        Span<byte> beginning = stackalloc byte[8];
        if (stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) < beginning.Length)
            throw new InvalidDataException("the file is cut off");

        return Bytes(stream, beginning.Length, BinaryPrimitives.ReadInt32LittleEndian(beginning[4..]));
    }

    static byte[] Bytes(Stream stream, long place, int length)
    {
        if (length <= 0 || place < 0 || length > stream.Length - place)
            throw Damaged();

        if (length > MaximumBytes)
            throw new InvalidDataException($"the description of its columns has {length} bytes, more than 16 MiB");

        var bytes = new byte[length];
        stream.Position = place;
        stream.ReadExactly(bytes);
        return bytes;
    }

    static InvalidDataException Damaged() => new("the file is damaged: the description of its columns is not one");

    static int Number(ReadOnlySpan<byte> bytes, int place) => place >= 0 && place <= bytes.Length - 4
        ? BinaryPrimitives.ReadInt32LittleEndian(bytes[place..])
        : throw Damaged();

    static int Root(ReadOnlySpan<byte> bytes) => Follow(bytes, 0) ?? throw Damaged();

    /// <summary>Where an offset leads; null where there is none.</summary>
    static int? Follow(ReadOnlySpan<byte> bytes, int? place) => place is { } from
        ? (long)from + Number(bytes, from) is var to && to > from && to < bytes.Length ? (int)to : throw Damaged()
        : null;

    /// <summary>Where a table has one of its fields; null where it has it not.</summary>
    static int? Field(ReadOnlySpan<byte> bytes, int table, int field)
    {
        var layout = (long)table - Number(bytes, table);
        if (layout < 0 || layout > bytes.Length - 4)
            throw Damaged();

        var size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(int)layout..]);
        var entry = 4 + 2 * field;
        if (entry + 2 > size)
            return null;

        if (layout + entry + 2 > bytes.Length)
            throw Damaged();

        var offset = BinaryPrimitives.ReadUInt16LittleEndian(bytes[((int)layout + entry)..]);
        return offset == 0 ? null : table + offset < bytes.Length ? table + offset : throw Damaged();
    }

    static string NameOf(ReadOnlySpan<byte> bytes, int field)
    {
        if (Follow(bytes, Field(bytes, field, NameOfField)) is not { } name)
            return "";

        var length = Number(bytes, name);
        return length >= 0 && length <= bytes.Length - name - 4 ? Encoding.UTF8.GetString(bytes.Slice(name + 4, length)) : throw Damaged();
    }
}
