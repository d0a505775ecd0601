namespace Hybrid.Images;

/// <summary>What a scan's header says.</summary>
/// <param name="Parts">Its components, and the numbers of their Huffman tables.</param>
/// <param name="Start">The first coefficient that it has.</param>
/// <param name="End">The last one.</param>
/// <param name="IsFirst">If it has these coefficients down to a bit, rather than only that bit of them.</param>
/// <remarks>ITU-T T.81, B.2.3 and G.1.1.1.</remarks>
sealed record JpegScan((JpegComponent Component, int Dc, int Ac)[] Parts, int Start, int End, bool IsFirst)
{
    /// <summary>Reads the header of the next scan, and marks what the scan gives as given.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or the scan does not go with those before it.</exception>
    public static JpegScan Read(JpegFrame frame, ReadOnlySpan<byte> segment)
    {
        if (segment.IsEmpty || segment.Length != 4 + (2 * segment[0]))
            throw Damaged;

        var parts = new (JpegComponent Component, int Dc, int Ac)[segment[0]];
        for (var i = 0; i < parts.Length; i++)
        {
            var (id, tables) = (segment[1 + (2 * i)], segment[2 + (2 * i)]);
            parts[i] = (Array.Find(frame.Components, component => component.Id == id) ?? throw Damaged, tables >> 4, tables & 15);
        }

        // only progressive images have parts of blocks
        var (start, end, high, low) = frame.IsProgressive ? (segment[^3], segment[^2], segment[^1] >> 4, segment[^1] & 15) : (0, 63, 0, 0);
        var isPossible = start == 0 ? end == 0 || !frame.IsProgressive : start <= end && end < 64 && parts.Length == 1;
        if (parts.Length == 0 || !isPossible || (high > 0 && low != high - 1))
            throw Damaged;

        foreach (var (component, _, _) in parts)
        {
            var bits = component.LowestBits;
            if ((start > 0 && bits[0] < 0) || bits.AsSpan(start, end - start + 1).ContainsAnyExcept(high == 0 ? -1 : high))
                throw Damaged;
            bits.AsSpan(start, end - start + 1).Fill(low);
        }

        return new(parts, start, end, high == 0);
    }

    static InvalidDataException Damaged => new("it is damaged: its scans do not go together.");
}
