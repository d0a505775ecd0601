using Google.Protobuf;

namespace Hybrid.Tests.Hostile;

/// <summary>A field of a message on the wire, of any meaning.</summary>
/// <param name="Number">The field's number, with which its tag begins.</param>
/// <param name="Type">How the value is written.</param>
/// <param name="Value">What stands after the tag, without a length.</param>
/// <param name="Fields">The fields of the value, where it looks like a message.</param>
/// <param name="Length">The length that is stated; null for the true one.</param>
sealed record WireField(
    int Number, WireFormat.WireType Type, byte[] Value, List<WireField>? Fields = null, ulong? Length = null)
{
    const int Deepest = 12;

    /// <summary>The fields of a message; null if it is not one.</summary>
    public static List<WireField>? Read(byte[] message, int depth = 0)
    {
        var input = new CodedInputStream(message);
        var fields = new List<WireField>();
        try
        {
            for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                var type = WireFormat.GetTagWireType(tag);
                byte[]? value = type switch
                {
                    WireFormat.WireType.Varint => Varint(input.ReadUInt64()),
                    WireFormat.WireType.Fixed32 => BitConverter.GetBytes(input.ReadFixed32()),
                    WireFormat.WireType.Fixed64 => BitConverter.GetBytes(input.ReadFixed64()),
                    WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                    _ => null,
                };
                if (value is null)
                    return null;

                var mayNest = type == WireFormat.WireType.LengthDelimited && value.Length > 1 && depth < Deepest;
                var inner = mayNest ? Read(value, depth + 1) : null;
                fields.Add(new WireField(WireFormat.GetTagFieldNumber(tag), type, value, inner));
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        return fields;
    }

    /// <summary>Every list of fields, from the outside in.</summary>
    public static IEnumerable<List<WireField>> Messages(List<WireField> message) =>
        message.Select(field => field.Fields).OfType<List<WireField>>().SelectMany(Messages).Prepend(message);

    /// <summary>The message without one of its fields, for each that it has, at any depth.</summary>
    public static IEnumerable<byte[]> Smaller(byte[] message)
    {
        var root = Read(message) ?? [];
        foreach (var fields in Messages(root).ToList())
            for (var i = fields.Count - 1; i >= 0; i--)
            {
                var field = fields[i];
                fields.RemoveAt(i);
                yield return Write(root);
                fields.Insert(i, field);
            }
    }

    /// <summary>A message of some fields.</summary>
    public static byte[] Write(IEnumerable<WireField> fields) => [.. fields.SelectMany(field => field.Write())];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));

        return [.. bytes, (byte)value];
    }

    /// <summary>The same field, of which no part is changed any more: put into one of its own, it would have no end.</summary>
    public WireField Closed() => Fields is null ? this : this with { Fields = null, Value = Write(Fields) };

    byte[] Write()
    {
        var value = Fields is null ? Value : Write(Fields);
        byte[] length = Type == WireFormat.WireType.LengthDelimited ? Varint(Length ?? (ulong)value.Length) : [];
        return [.. Varint(((ulong)Number << 3) | (ulong)Type), .. length, .. value];
    }
}
