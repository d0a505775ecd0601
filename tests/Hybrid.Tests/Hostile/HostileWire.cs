using Google.Protobuf;

namespace Hybrid.Tests.Hostile;

/// <summary>Changes to a file of nested messages by somebody who knows their encoding, but not their meaning.</summary>
sealed class HostileWire(System.Random random)
{
    const int MostChanges = 4, MostCopies = 500, Deepest = 3_000;

    static readonly ulong[] numbers =
    [
        0, 1, 2, 3, 7, 127, 128, 255, 65_535, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, 1UL << 62,
        long.MaxValue, 1UL << 63, ulong.MaxValue, unchecked((ulong)int.MinValue), unchecked((ulong)-2),
    ];

    public byte[] Draw(byte[] whole)
    {
        var root = WireField.Read(whole)!;
        for (var changes = random.Next(1, MostChanges); changes > 0; changes--)
            Change(root);

        return WireField.Write(root);
    }

    void Change(List<WireField> root)
    {
        var messages = WireField.Messages(root).Where(message => message.Count > 0).ToList();
        if (messages.Count == 0)
            return;

        var message = random.Pick(messages);
        var at = random.Next(message.Count);
        var field = message[at];
        switch (random.Next(13))
        {
            case 0:
                message.InsertRange(at, Enumerable.Repeat(field, random.Next(5) == 0 ? random.Next(MostCopies) : random.Next(1, 4)));
                break;
            case 1:
                message.RemoveAt(at);
                break;
            case 2:
                message.Reverse();
                break;
            case 3:
                random.Pick(messages).Add(field.Closed());
                break;
            case 4:
                (random.Pick(messages)[0], message[at]) = (field.Closed(), random.Pick(messages)[0].Closed());
                break;
            case 5 when field.Type == WireFormat.WireType.Varint:
                message[at] = field with { Value = WireField.Varint(random.Pick(numbers)) };
                break;
            // a field that was made one of this type has perhaps no byte
            case 6 when field is { Type: WireFormat.WireType.Varint, Value.Length: > 0 }:
                // the same number, and more bytes than it needs
                message[at] = field with
                {
                    Value = [.. field.Value[..^1], (byte)(field.Value[^1] | 0x80), .. Enumerable.Repeat((byte)0x80, random.Next(9)), 0],
                };
                break;
            case 7:
                message[at] = field with { Number = random.Next(3) == 0 ? random.Next(1, 1 << 29) : random.Next(1, 30) };
                break;
            case 8:
                message[at] = field with { Type = (WireFormat.WireType)random.Next(8) };
                break;
            case 9:
                message[at] = Nested(field, random.Next(4) == 0 ? random.Next(Deepest) : random.Next(1, 150));
                break;
            case 10:
                message[at] = field with { Fields = null, Value = [.. field.Value[..random.Next(field.Value.Length + 1)]] };
                break;
            case 11:
                var zeros = new byte[random.Next(5) == 0 ? random.Next(1 << 16) : random.Next(9)];
                message[at] = field with { Fields = null, Value = [.. field.Value, .. zeros] };
                break;
            default:
                message[at] = field with { Length = random.Pick(numbers) };
                break;
        }
    }

    /// <summary>The field within itself, again and again: messages in messages, or groups in groups.</summary>
    WireField Nested(WireField field, int depth)
    {
        if (random.Next(4) == 0)
            return new WireField(
                field.Number, WireFormat.WireType.StartGroup,
                [.. Enumerable.Repeat(WireField.Varint(((ulong)field.Number << 3) | 3), depth).SelectMany(tag => tag)]);

        var path = Path(field);
        for (var i = 0; i < depth; i++)
            field = new WireField(path[i % path.Length], WireFormat.WireType.LengthDelimited, WireField.Write([field]));

        return field;
    }

    /// <summary>By which fields the messages lead into each other: a graph's node, its attribute, and the graph in
    /// that.</summary>
    int[] Path(WireField field) => random.Next(2) == 0 ? [field.Number] : [6, 5, 1];
}
