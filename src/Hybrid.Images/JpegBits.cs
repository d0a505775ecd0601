namespace Hybrid.Images;

/// <summary>The bits of a scan's entropy-coded data.</summary>
/// <remarks>ITU-T T.81, B.1.1.5 and F.2.2.5: after a byte FF of the data stands a zero; after another one, a marker.</remarks>
ref struct JpegBits(ReadOnlySpan<byte> data)
{
    readonly ReadOnlySpan<byte> data = data;

    int at;

    /// <summary>Bits read ahead: the lowest <see cref="count"/> of these.</summary>
    ulong buffer;

    int count;

    /// <summary>The next 16 bits, with zeros past the end.</summary>
    public int Peek()
    {
        if (count < 16)
            Fill();
        return (int)(count < 16 ? buffer << (16 - count) : buffer >> (count - 16)) & 0xFFFF;
    }

    /// <exception cref="InvalidDataException">There are fewer before the next marker.</exception>
    public void Skip(int bits)
    {
        while (bits > count)
        {
            bits -= count;
            count = 0;
            Fill();
            if (count == 0)
                throw new InvalidDataException("it is truncated or damaged: it has fewer pixels than its header announces.");
        }

        count -= bits;
    }

    /// <summary>Takes at most 16 bits as a number.</summary>
    /// <exception cref="InvalidDataException">There are fewer before the next marker.</exception>
    public int Take(int bits)
    {
        var number = Peek() >> (16 - bits);
        Skip(bits);
        return number;
    }

    /// <summary>Goes past a restart marker.</summary>
    /// <param name="number">Its number, 0 … 7.</param>
    /// <exception cref="InvalidDataException">The next marker is a different one, or data come before it.</exception>
    public void Restart(int number)
    {
        RequireNoData();
        at += Math.Max(0, data[at..].IndexOfAnyExcept(JpegFile.Marker));
        if (at == data.Length || data[at] != JpegFile.Restart + number)
            throw new InvalidDataException("it is damaged: a restart marker is missing or out of order.");
        at++;
    }

    /// <exception cref="InvalidDataException">There are more data or markers.</exception>
    public void RequireEnd()
    {
        RequireNoData();
        if (data[at..].IndexOfAnyExcept(JpegFile.Marker) >= 0)
            throw TooMany;
    }

    static InvalidDataException TooMany => new("it is damaged: it has more data than its pixels need.");

    /// <summary>Before a marker there are only the ones that complete a byte, or a byte of them, which some encoders add to whole bytes.</summary>
    void RequireNoData()
    {
        Fill();
        if (count >= 8 && (count >= 16 || (byte)buffer != 0xFF))
            throw TooMany;
        count = 0;
    }

    /// <summary>Reads bytes ahead, as far as the next marker.</summary>
    void Fill()
    {
        while (count <= 56 && at < data.Length)
        {
            var next = data[at];
            if (next == JpegFile.Marker)
            {
                // a marker begins with one or more of them
                var after = data[at..].IndexOfAnyExcept(JpegFile.Marker);
                if (after < 0 || data[at + after] != 0)
                    return;
                at += after;
            }

            at++;
            buffer = (buffer << 8) | next;
            count += 8;
        }
    }
}
