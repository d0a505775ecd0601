using System.Numerics;

namespace Hybrid.Images;

/// <summary>Goes through the blocks of a scan, without computing what they hold.</summary>
/// <remarks>ITU-T T.81, F.2.2 and G.2.</remarks>
ref struct JpegBlocks
{
    /// <summary>Of pixels of 8 bits, differences of DC coefficients have at most 11 bits, and AC coefficients 10.</summary>
    const int DcBits = 11, AcBits = 10;

    readonly JpegScan scan;

    JpegBits bits;

    /// <summary>The number of blocks that come next in which no coefficient becomes other than 0.</summary>
    int run;

    JpegBlocks(JpegScan scan, ReadOnlySpan<byte> data)
    {
        this.scan = scan;
        bits = new(data);
    }

    public static InvalidDataException Damaged => new("it is damaged: its pixels cannot be unpacked.");

    /// <summary>Reads a scan's data to their end.</summary>
    /// <exception cref="InvalidDataException">They are not those of its blocks, or a table is missing.</exception>
    public static void RequireWhole(JpegFrame frame, JpegTables tables, JpegScan scan, ReadOnlySpan<byte> data)
    {
        var hasDc = scan.Start == 0 && scan.IsFirst;
        var hasAc = scan.End > 0;
        var codes = Array.ConvertAll(scan.Parts, part => (Dc: hasDc ? tables.Dc(part.Dc) : null, Ac: hasAc ? tables.Ac(part.Ac) : null));
        foreach (var (component, _, _) in scan.Parts)
            tables.RequireQuantization(component.Quantization);

        var isSingle = scan.Parts.Length == 1;
        var single = scan.Parts[0].Component;
        var mcus = isSingle ? single.Blocks : frame.Mcus;
        var interval = tables.RestartInterval;
        var blocks = new JpegBlocks(scan, data);

        for (var mcu = 0; mcu < mcus; mcu++)
        {
            if (interval > 0 && mcu > 0 && mcu % interval == 0)
            {
                blocks.RequireNoRun();
                blocks.bits.Restart(((mcu / interval) - 1) & 7);
            }

            if (frame.IsProgressive && hasAc)
                blocks.Band(codes[0].Ac!, ref single.IsNotZero[mcu]);
            else
                for (var part = 0; part < codes.Length; part++)
                    for (var count = isSingle ? 1 : scan.Parts[part].Component.BlocksPerMcu; count > 0; count--)
                        blocks.Block(codes[part].Dc, codes[part].Ac);
        }

        blocks.RequireNoRun();
        blocks.bits.RequireEnd();
    }

    readonly void RequireNoRun()
    {
        if (run > 0)
            throw Damaged;
    }

    /// <summary>A DC coefficient, and in images that are not progressive the AC coefficients.</summary>
    void Block(JpegCode? dc, JpegCode? ac)
    {
        var size = dc?.Next(ref bits) ?? 1;
        bits.Skip(size <= DcBits ? size : throw Damaged);

        if (ac is not null)
            for (var k = 1; k < 64 && Coefficient(ac, out var zeros, out size); k += zeros + 1)
            {
                if (k + zeros > 63)
                    throw Damaged;
                bits.Skip(size);
            }
    }

    /// <summary>AC coefficients of a progressive image, or bits of them.</summary>
    void Band(JpegCode ac, ref ulong isNotZero)
    {
        var k = scan.Start;
        var known = scan.IsFirst ? 0 : isNotZero;

        if (run == 0)
            while (k <= scan.End)
            {
                if (!Coefficient(ac, out var zeros, out var size))
                    break;
                if (!scan.IsFirst && size > 1)
                    throw Damaged;
                bits.Skip(size);

                // those that are not 0 already lie between, each with its next bit
                for (; k <= scan.End && (zeros > 0 || (known >> k & 1) == 1); k++)
                    if ((known >> k & 1) == 1)
                        bits.Skip(1);
                    else
                        zeros--;

                if (k > scan.End)
                    throw Damaged;
                if (size > 0)
                    isNotZero |= 1UL << k;
                k++;
            }

        if (run > 0)
        {
            run--;
            bits.Skip(k > scan.End ? 0 : BitOperations.PopCount(known >> k << k << (63 - scan.End)));
        }
    }

    /// <summary>The number of zeros before the next coefficient, and its number of bits, which are 0 after 15 zeros for one more.</summary>
    /// <returns>Whether there is one: else a run of blocks begins.</returns>
    bool Coefficient(JpegCode ac, out int zeros, out int size)
    {
        var value = ac.Next(ref bits);
        (zeros, size) = (value >> 4, value & 15);
        if (size > AcBits)
            throw Damaged;
        if (size > 0 || zeros == 15)
            return true;
        if (scan.Start == 0)
            // not progressive: it is only this block that ends
            return zeros > 0 ? throw Damaged : false;

        run = (1 << zeros) + bits.Take(zeros);
        return false;
    }
}
