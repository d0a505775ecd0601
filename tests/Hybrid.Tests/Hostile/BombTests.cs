using System.Buffers.Binary;
using Hybrid.Data;
using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Collections;
using Xunit;

namespace Hybrid.Tests.Hostile;

/// <summary>Small files that would become large ones.</summary>
public sealed class BombTests : IDisposable
{
    const int MiB = 1 << 20;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The memory needed to refuse the folder, in bytes, and the message.</summary>
    static (long Allocated, string Message) Refusal(string argument)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<TableException>(() => DataSource.load(SourceOptionsModule.defaults, argument));
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
    public void Claims_of_a_header_and_the_end_of_a_packed_file_are_not_allocated()
    {
        var noise = new byte[MiB / 2];
        new System.Random(1).NextBytes(noise);
        var packed = Packed.Gzip([.. Header(500), .. noise]);
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(packed.Length - 4), 500 * MiB + 16);
        var (allocated, _) = ImagesRefused(packed);
        Assert.InRange(allocated, 0, 80L * packed.Length);
    }

    /// <summary>Every pixel would become a column with a name.</summary>
    [Fact]
    public void Images_with_more_pixels_than_the_column_limit_are_refused()
    {
        var images = new byte[16 + (2 * 1024 * 513)];
        byte[] header = [0, 0, 8, 3, .. BigEndian(2), .. BigEndian(1024), .. BigEndian(513)];
        header.CopyTo(images, 0);
        File.WriteAllBytes(folder.File("train-images-idx3-ubyte"), images);
        File.WriteAllBytes(folder.File("train-labels-idx1-ubyte"), [0, 0, 8, 1, .. BigEndian(2), 0, 1]);
        var (allocated, message) = Refusal(folder.Path);
        Assert.Contains("has 525312 pixels; the maximum is 262144", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, (4 * MiB) + (5L * images.Length));
    }

    /// <summary>619 bytes that make 32,768 numbers of two, for thousands of rows.</summary>
    [Fact]
    public void Rows_of_a_table_go_through_a_wide_graph_in_parts()
    {
        static OnnxNode Doubled(string input, string output) => new(
            "", "Concat", ListModule.OfSeq([input, input]), ListModule.OfSeq([output]),
            ListModule.OfSeq([Tuple.Create("axis", OnnxAttribute.NewInteger(1))]));

        static OnnxPort Port(string name, int width) => new(
            name, OnnxType.Real, ListModule.OfSeq([OnnxDimension.NewFree("n"), OnnxDimension.NewFixed(width)]));

        var nodes = Enumerable.Range(0, 14).Select(i => Doubled($"c{i}", $"c{i + 1}"));
        var graph = new OnnxGraph(
            "wide", ListModule.OfSeq([Port("c0", 2)]), ListModule.OfSeq([Port("c14", 1 << 15)]), ListModule.Empty<OnnxTensor>(),
            ListModule.OfSeq(nodes));
        OnnxFile.Write(folder.File("wide.onnx"), new OnnxModel(graph, 17, "", ListModule.Empty<Tuple<string, string>>()));
        File.WriteAllText(folder.File("rows.csv"), "x1,x2\n" + string.Concat(Enumerable.Repeat("1,2\n", 300)));

        var (rows, most) = (0, 0);
        var model = Model.Load(folder.File("wide.onnx"));
        model.PredictFile(folder.File("rows.csv"), part =>
        {
            rows += part.Outputs.Length >> 15;
            most = Math.Max(most, part.Outputs.Length);
        });
        Assert.Equal(300, rows);
        Assert.InRange(most, 1, 1 << 22);

        // scores of so many classes: each with each of them would be a table of 4 GiB
        var softmax = new OnnxNode(
            "", "Softmax", ListModule.OfSeq(["c14"]), ListModule.OfSeq(["c15"]),
            ListModule.OfSeq([Tuple.Create("axis", OnnxAttribute.NewInteger(1))]));
        var classifier = new OnnxGraph(
            "classes", ListModule.OfSeq([Port("c0", 2)]), ListModule.OfSeq([Port("c15", 1 << 15)]), ListModule.Empty<OnnxTensor>(),
            ListModule.OfSeq(nodes.Append(softmax)));
        OnnxFile.Write(folder.File("classes.onnx"), new OnnxModel(classifier, 17, "", ListModule.Empty<Tuple<string, string>>()));
        File.WriteAllText(
            folder.File("classes.csv"), "x1,x2,x3\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i % 3},2,{i % 2}\n")));
        var classes = ModelData.Load(folder.File("classes.onnx"), folder.File("classes.csv"));
        var error = Assert.Throws<HybridException>(() => classes.Model.Evaluate(classes.Select().Examples));
        Assert.Contains("32768 classes", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A wide table's network has a first layer that is not far larger than the table.</summary>
    [Theory]
    [InlineData(4, 32)]
    [InlineData(100, 200)]
    [InlineData(784, 256)]
    [InlineData(16_384, 256)]
    [InlineData(100_000, 41)]
    [InlineData(262_144, 16)]
    public void The_first_layer_has_at_most_the_affordable_number_of_weights(int features, int units) =>
        Assert.Equal([units, units / 2], Hybrid.Models.NewLayers.hidden(Hybrid.Models.OptionsModule.defaults, 1000, features));

    [Fact]
    public void A_table_that_unpacks_to_gibibytes_is_refused()
    {
        File.WriteAllBytes(folder.File("table.csv"), Packed.Bomb("a,b\n1,2\n"u8.ToArray(), (byte)'\n'));
        var (allocated, message) = Refusal(folder.File("table.csv"));
        Assert.Contains("unpacks to more than", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 4 * MiB);
    }
}
