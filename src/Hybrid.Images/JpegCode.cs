namespace Hybrid.Images;

/// <summary>A Huffman code of bytes.</summary>
/// <remarks>ITU-T T.81, annex C: codes of one length are consecutive numbers, which those of the next length continue.</remarks>
sealed class JpegCode
{
    const int Longest = 16, Short = 9;

    readonly byte[] values = new byte[256];

    /// <summary>By the next bits: the length of a short code and its value; the length is 0 if the code is not short.</summary>
    readonly (byte Length, byte Value)[] shorts = new (byte, byte)[1 << Short];

    /// <summary>By length: what 16 bits are below if they begin with such a code or a shorter one, and what to add to a code for the place
    /// of its value.</summary>
    readonly (int Bound, int Offset)[] lengths = new (int, int)[Longest + 1];

    /// <summary>Becomes the code of a table: the number of codes of each length, and their values.</summary>
    /// <returns>The number of bytes read.</returns>
    /// <exception cref="InvalidDataException">They are truncated, or not those of a code.</exception>
    public int Read(ReadOnlySpan<byte> table)
    {
        Array.Clear(shorts);
        var place = 0;
        for (int length = 1, code = 0; length <= Longest; length++, code <<= 1)
        {
            int count = table.Length < Longest ? throw JpegTables.Damaged : table[length - 1];
            if (code + count > 1 << length || place + count > Math.Min(values.Length, table.Length - Longest))
                throw JpegTables.Damaged;

            lengths[length].Offset = place - code;
            for (var last = place + count; place < last; place++, code++)
            {
                values[place] = table[Longest + place];
                if (length <= Short)
                    shorts.AsSpan(code << (Short - length), 1 << (Short - length)).Fill(((byte)length, values[place]));
            }

            lengths[length].Bound = code << (Longest - length);
        }

        return Longest + place;
    }

    /// <summary>The value of the next code.</summary>
    /// <exception cref="InvalidDataException">The next bits are not a code, or there are too few.</exception>
    public int Next(ref JpegBits bits)
    {
        var next = bits.Peek();
        int length = shorts[next >> (Longest - Short)].Length;
        if (length > 0)
        {
            bits.Skip(length);
            return shorts[next >> (Longest - Short)].Value;
        }

        for (length = Short + 1; length <= Longest; length++)
            if (next < lengths[length].Bound)
            {
                bits.Skip(length);
                return values[(next >> (Longest - length)) + lengths[length].Offset];
            }

        throw JpegBlocks.Damaged;
    }
}
