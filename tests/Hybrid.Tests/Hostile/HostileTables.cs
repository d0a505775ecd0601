using System.Text;

namespace Hybrid.Tests.Hostile;

/// <summary>Tables in text files, intact ones and changes to them.</summary>
sealed class HostileTables(System.Random random)
{
    /// <summary>Intact tables of every supported kind.</summary>
    public static IReadOnlyList<byte[]> Whole { get; } =
    [
        .. new[]
        {
            "size,colour,rooms,price\n52.5,red,2,199000\n80,green,3,254000.5\n31,?,1,120000\n,blue,4,300000\n",
            "a;b;class\n1,5;2;yes\n-3,25;4e3;no\n0,1;;yes\n7;NA;no\n",
            "x\ty\tz\n1\t2\t3\n4\t5\t6\n7\t8\t9\n",
            "\"name\",\"say \"\"so\"\"\",\"kind\"\r\n\"two\nlines\",1,\"A\"\r\n\"tab\there\",2,\"B\"\r\n\"Köln\",3,\"A\"\r\n",
            "1,2,0\n3,4,1\n5,6,0\n7,8,1\n9,10,0\n",
            "x1,x2,x3\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i % 7}.25,{i % 3}\n")),
            string.Join(',', Enumerable.Range(0, 200).Select(i => $"c{i}")) + "\n"
                + string.Join(',', Enumerable.Range(0, 200)) + "\n" + string.Join(',', Enumerable.Range(5, 200)) + "\n",
        }.Select(Encoding.UTF8.GetBytes),
        [0xEF, 0xBB, 0xBF, .. "a,b\n1,2\n3,5\n"u8],
    ];

    /// <summary>Words that mean something in a table, or look as if they did.</summary>
    static IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "\"", "\"\"", "\"\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\n\n\n", ",,,,", "\",\"", "\"\n", "|", " ", "\0",
            "\0\0\0", "\u0001", "\u001b[2J", "\u0085", "\u2028", "\ufeff", "\ufffd", "ß", "日本", "😀", "e\u0301", "NaN", "nan",
            "-inf", "Infinity", "∞", "NA", "?", "", "1e999", "-1e39", "3.5e38", "1e-400", "0x1F", "1.000,5", "1,000.5", "1.2.3",
            "1,2,3", "--1", "+1", "-", ".", "e5", "1e", "00000000000000000000", "123456789012345678901234567890", "true", "'", "\\",
            "\\\"", "=1+1", "x1", "x2147483648", "PK\u0003\u0004",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xFE, 0xFF], [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x1F, 0x8B], [0xE4, 0xF6, 0xFC],
    ];

    public byte[] Draw()
    {
        var mutator = new Mutator(random, Whole, Words);
        var table = random.Next(3) == 0 ? mutator.Whole() : mutator.Damage(mutator.Whole());
        return random.Next(4) == 0 ? Form(table) : table;
    }

    /// <summary>Changes to a table as a whole.</summary>
    byte[] Form(byte[] table)
    {
        var text = Encoding.UTF8.GetString(table);
        return random.Next(11) switch
        {
            0 => Encoding.Unicode.GetBytes(text),
            1 => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
            2 => Encoding.Latin1.GetBytes(text),
            3 => Separated(text),
            4 => Lines(text),
            5 => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r")),
            6 => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("")),
            7 => Put(text, new string(random.Pick<char>([.. "0123456789,;\"\n\r .-x\0é"]), Long())),
            8 => Put(text, string.Concat(Enumerable.Repeat(Encoding.UTF8.GetString(random.Pick(Words)), Long() / 8))),
            9 => Put(text, $"{random.Pick<char>([.. "\"\n,"])}{new string('9', Long())}{random.Pick<char>([.. "\"\n,"])}"),
            _ => Packed.Draw(random, table),
        };
    }

    /// <summary>Mostly short, and occasionally longer than a field may be.</summary>
    int Long() => random.Next(200) == 0 ? random.Next(1 << 20, 1 << 21) : random.Next(1, 1 << random.Next(1, 15));

    byte[] Put(string text, string inserted) => Encoding.UTF8.GetBytes(text.Insert(random.Next(text.Length + 1), inserted));

    /// <summary>Some of the separators are changed.</summary>
    byte[] Separated(string text)
    {
        char from = random.Pick<char>([.. ",;\t\n"]), to = random.Pick<char>([.. ",;\t|\n "]);
        return Encoding.UTF8.GetBytes(string.Concat(text.Select(character =>
            character == from && random.Next(3) == 0 ? to : character)));
    }

    /// <summary>Lines that are missing, duplicated or reordered.</summary>
    byte[] Lines(string text)
    {
        var lines = text.Split('\n').SelectMany(line => Enumerable.Repeat(line, random.Next(4) == 0 ? Long() / 256 : random.Next(1, 3)));
        return Encoding.UTF8.GetBytes(string.Join('\n', random.Next(2) == 0 ? lines : lines.OrderBy(_ => random.Next())));
    }
}
