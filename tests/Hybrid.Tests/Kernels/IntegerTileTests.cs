using System.Runtime.Intrinsics;
using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

/// <summary>Every form of sums that this processor has, also those that no engine picks here.</summary>
public sealed unsafe class IntegerTileTests
{
    const int Quads = 37, Stride = 192, Panels = 3;

    /// <summary>Where the segments of a tile's rows begin, and their length.</summary>
    static readonly nint[] segments = [0, 51, 100];
    const int SegmentQuads = 12;

    public static TheoryData<string> Forms => ["vnni", "512", "256", "128", "1"];

    delegate void Tile(ByteStrand* strand, int rows);

    delegate void Row(ByteStrand* strand, int panels, nint distance);

    static (Tile Tile, Row Row)? Form(string name) => name switch
    {
        "vnni" when QuadsVnni.IsSupported => (IntegerTile.Run<QuadsVnni>, IntegerTile.Row<QuadsVnni>),
        "512" when Quads512.IsSupported => (IntegerTile.Run<Quads512>, IntegerTile.Row<Quads512>),
        "256" when Quads256.IsSupported => (IntegerTile.Run<Quads256>, IntegerTile.Row<Quads256>),
        "128" when Vector128.IsHardwareAccelerated => (IntegerTile.Run<Quads128>, IntegerTile.Row<Quads128>),
        "1" => (IntegerTile.Run<Quads1>, IntegerTile.Row<Quads1>),
        _ => null,
    };

    /// <summary>Bytes of all sizes, and of the largest ones, whose sums in 16 bits would overflow.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void Sums_of_products_of_bytes_are_exact(string name)
    {
        if (Form(name) is not var (tile, row))
            return;

        foreach (var (input, weight) in new (byte?, sbyte?)[] { (null, null), (255, 127), (255, -128), (0, -128) })
        {
            var random = new Random(1);
            byte[] a = [.. Enumerable.Range(0, IntegerTile.Rows * Stride).Select(_ => input ?? (byte)random.Next(256))];
            sbyte[] w = [.. Enumerable.Range(0, Panels * Quads * 64).Select(_ => weight ?? (sbyte)random.Next(-128, 128))];
            int[] starts = [.. Enumerable.Range(0, Panels * 16).Select(_ => random.Next(-100_000, 100_000))];
            nint[] places = [.. Enumerable.Range(0, IntegerTile.Rows).Select(i => (nint)i * Stride)];
            var sums = new float[IntegerTile.RowColumns];

            fixed (byte* inputs = a)
            fixed (sbyte* weights = w)
            fixed (int* start = starts)
            fixed (nint* ofRows = places, ofSegments = segments)
            {
                var strand = new ByteStrand { A = inputs, Panel = weights, Starts = start, Quads = Quads };

                fixed (float* target = sums)
                {
                    strand.C = target;
                    row(&strand, Panels, Quads * 64);
                }

                for (var j = 0; j < Panels * 16; j++)
                    Assert.Equal(starts[j] + Sum(0, Quads, 0, j), sums[j]);

                strand.ARows = ofRows;
                strand.Segments = ofSegments;
                (strand.SegmentCount, strand.Quads, strand.CStride, strand.Columns) = (segments.Length, SegmentQuads, 16, 16);

                for (var rows = 1; rows <= IntegerTile.Rows; rows++)
                {
                    float[] tiled = [.. Enumerable.Repeat(float.NaN, IntegerTile.Rows * 16)];

                    fixed (float* target = tiled)
                    {
                        strand.C = target;
                        tile(&strand, rows);
                    }

                    for (var i = 0; i < tiled.Length; i++)
                        Assert.Equal(i / 16 < rows ? TileSum(i / 16, i % 16) : float.NaN, tiled[i]);
                }
            }

            int TileSum(int i, int column) => starts[column] + segments
                .Select((start, segment) => Sum(i * Stride + (int)start, SegmentQuads, segment * SegmentQuads, column)).Sum();

            // of some bytes by the weights from a quad on
            int Sum(int from, int quads, int quad, int column) => Enumerable.Range(0, quads * 4).Sum(
                p => a[from + p] * w[column / 16 * Quads * 64 + (quad + p / 4) * 64 + column % 16 * 4 + p % 4]);
        }
    }

    [Fact]
    public void Products_of_neighbours_need_no_instruction_of_their_own()
    {
        var x = Vector128.Create((short)255, -7, 0, 12, -128, -128, 3, 255);
        var y = Vector128.Create((short)127, 5, -1, -12, -128, 127, -3, -128);
        Assert.Equal(
            Vector128.Create(255 * 127 - 35, -144, 128 * 128 - 128 * 127, -9 - 255 * 128),
            Quads128.Portable(x.AsInt32(), y.AsInt32()));
    }
}
