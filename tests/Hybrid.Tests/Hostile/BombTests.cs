using System.Buffers.Binary;
using Hybrid.Data;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Hostile;

/// <summary>Small files that would become large ones.</summary>
public sealed class BombTests : IDisposable
{
    const int MiB = 1 << 20;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What it takes to refuse the folder, in bytes, and in which words that is done.</summary>
    static (long Allocated, string Message) Refusal(string argument)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<DataException>(() => DataSource.load(SourceOptionsModule.defaults, argument));
        return (GC.GetAllocatedBytesForCurrentThread() - before, error.Message);
    }

    (long Allocated, string Message) ImagesRefused(byte[] images)
    {
        File.WriteAllBytes(folder.File("train-images-idx3-ubyte.gz"), images);
        File.WriteAllBytes(folder.File("train-labels-idx1-ubyte"), HostileImages.Whole["train-labels-idx1-ubyte"]);
        return Refusal(folder.Path);
    }

    static byte[] Header(int images) => [0, 0, 8, 3, .. BigEndian(images), 0, 0, 4, 0, 0, 0, 4, 0];

    static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    [Fact]
    public void Images_that_unpack_to_gibibytes_are_refused()
    {
        var bomb = Packed.Bomb(Header(1023), 0);
        var (allocated, message) = ImagesRefused(bomb);
        Assert.Contains($"unpacks to more than {100L * bomb.Length / MiB} MiB", message, StringComparison.Ordinal);
        // a float32 for each of a hundred times as many bytes, in an array that was doubled again and again
        Assert.InRange(allocated, 0, 100L * bomb.Length * sizeof(float) * 2 * 2);
    }

    [Fact]
    public void No_room_is_made_for_what_a_header_and_the_end_of_a_packed_file_claim_together()
    {
        var noise = new byte[MiB / 2];
        new System.Random(1).NextBytes(noise);
        var packed = Packed.Gzip([.. Header(500), .. noise]);
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(packed.Length - 4), 500 * MiB + 16);
        var (allocated, _) = ImagesRefused(packed);
        Assert.InRange(allocated, 0, 80L * packed.Length);
    }

    [Fact]
    public void A_table_that_unpacks_to_gibibytes_is_refused()
    {
        File.WriteAllBytes(folder.File("table.csv"), Packed.Bomb("a,b\n1,2\n"u8.ToArray(), (byte)'\n'));
        var (allocated, message) = Refusal(folder.File("table.csv"));
        Assert.Contains("unpacks to more than", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 4 * MiB);
    }
}
