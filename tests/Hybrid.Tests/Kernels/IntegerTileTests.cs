using System.Runtime.Intrinsics;
using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

/// <summary>Every form of sums that this processor has, also those that no engine picks here.</summary>
public sealed unsafe class IntegerTileTests
{
    const int Quads = 37, Stride = 192, Panels = 3;

    public static TheoryData<string> Forms => ["vnni", "512", "256", "128", "1"];

    delegate void Tile(byte* a, nint aStride, sbyte* panel, int quads, int* starts, float* c, nint cStride);

    delegate void Row(byte* a, sbyte* panels, int count, nint distance, int quads, int* starts, float* c);

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
            var (tiles, rows) = (new float[IntegerTile.Rows * 16], new float[IntegerTile.RowColumns]);

            fixed (byte* inputs = a)
            fixed (sbyte* weights = w)
            fixed (int* start = starts)
            fixed (float* ofTile = tiles, ofRow = rows)
            {
                tile(inputs, Stride, weights, Quads, start, ofTile, 16);
                row(inputs, weights, Panels, Quads * 64, Quads, start, ofRow);
            }

            for (var i = 0; i < IntegerTile.Rows; i++)
                for (var j = 0; j < 16; j++)
                    Assert.Equal(Sum(i, j), tiles[i * 16 + j]);

            for (var j = 0; j < Panels * 16; j++)
                Assert.Equal(Sum(0, j), rows[j]);

            int Sum(int i, int column) => starts[column] + Enumerable.Range(0, Quads * 4)
                .Sum(p => a[i * Stride + p] * w[column / 16 * Quads * 64 + p / 4 * 64 + column % 16 * 4 + p % 4]);
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
