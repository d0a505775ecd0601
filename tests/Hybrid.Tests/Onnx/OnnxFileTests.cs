using System.Text;
using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Onnx;

public sealed class OnnxFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_written_model_reads_back_the_same()
    {
        foreach (var model in new[] { Samples.Network(), Samples.Everything() })
        {
            var path = folder.File("model.onnx");
            OnnxFile.Write(path, model);
            Assert.Equal(model, OnnxFile.Read(path));
            Assert.Equal(model, OnnxFile.Parse(OnnxFile.ToBytes(model), "memory"));
            Assert.Equal(OnnxFile.ToBytes(model), File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void Equal_models_give_equal_bytes() =>
        Assert.Equal(OnnxFile.ToBytes(Samples.Network()), OnnxFile.ToBytes(Samples.Network()));

    [Fact]
    public void The_file_has_format_8_raw_numbers_and_a_named_batch()
    {
        var file = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(Samples.Network()));
        Assert.Equal(8, file.IrVersion);
        Assert.Equal("hybrid", file.ProducerName);
        Assert.Equal(17, Assert.Single(file.OpsetImport).Version);
        Assert.Equal(["classes", "a"], file.MetadataProps.Select(entry => entry.Key));
        Assert.Equal("batch", file.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal(24, file.Graph.Initializer[0].RawData.Length);
        Assert.Equal([0, 0, 0x80, 0x3f], file.Graph.Initializer[0].RawData.Take(4));
    }

    [Fact]
    public void A_path_that_is_not_a_model_file_is_refused_by_name()
    {
        var missing = folder.File("missing.onnx");
        Assert.Equal($"{missing}: does not exist. Check the path.", Refusal(missing));
        Assert.Contains("does not exist", Refusal(folder.File("no/such/folder.onnx")), StringComparison.Ordinal);
        Assert.Contains("is a folder. Give the path of an .onnx file", Refusal(folder.Path), StringComparison.Ordinal);
        Assert.Contains("is not a path", Refusal(""), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refusal("a\0b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("sepal length,sepal width\n5.1,3.5\n")]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n")]
    public void Text_is_refused(string text)
    {
        var path = folder.File("text.onnx");
        File.WriteAllText(path, text);
        Assert.Contains("is not an ONNX file", Refusal(path), StringComparison.Ordinal);
    }

    /// <summary>A length near 2³¹ within a second one: Google.Protobuf 3.25.1 read beyond its buffer.</summary>
    [Fact]
    public void Nested_lengths_that_overflow_are_refused()
    {
        var bytes = Convert.FromHexString(
            "121a00000001010100000000000101000000000000000000000000003ad8000affffffff07f3000ae7ffffff07");
        var path = folder.File("overflow.onnx");
        File.WriteAllBytes(path, bytes);
        Assert.Contains("is not an ONNX file, or is damaged", Refusal(path), StringComparison.Ordinal);
        Assert.Throws<OnnxException>(() => OnnxFile.Parse(bytes, path));
    }

    [Theory]
    [InlineData(typeof(IndexOutOfRangeException))]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(OverflowException))]
    [InlineData(typeof(OutOfMemoryException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(NullReferenceException))]
    public void Any_exception_of_the_parser_means_a_damaged_file(Type type)
    {
        var thrown = (Exception)Activator.CreateInstance(type)!;
        var error = Assert.Throws<OnnxException>(() => OnnxFile.Parsed(new ModelSource("a.onnx", null), () => throw thrown));
        Assert.Equal(
            "a.onnx: is not an ONNX file, or is damaged or truncated. Check that the path is right and that the file was copied whole.",
            error.Message);
        Assert.Same(thrown, error.InnerException);
    }

    [Fact]
    public void A_truncated_file_is_refused_unless_only_metadata_are_missing()
    {
        var bytes = OnnxFile.ToBytes(Samples.Network());
        var path = folder.File("cut.onnx");
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var fromFile = Record.Exception(() => OnnxFile.Read(path));
            var fromMemory = Record.Exception(() => OnnxFile.Parse(bytes.AsSpan(0, length), path));
            Assert.Equal(fromFile?.Message, fromMemory?.Message);
            Assert.True(fromFile is OnnxException || length > bytes.Length - 40, $"{length} bytes: {fromFile}");
        }
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        // The start of a group of an unknown field, a million deep.
        var bytes = new byte[1_000_000];
        Array.Fill(bytes, (byte)0x1b);
        var refusal = Assert.Throws<OnnxException>(() => OnnxFile.Parse(bytes, "deep.onnx"));
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_two_gibibytes_is_refused_unread()
    {
        var path = folder.File("big.onnx");
        using (var stream = File.Create(path))
        {
            // Sparse: it claims the length and takes no room.
            stream.SetLength(1L << 31);
        }

        Assert.Contains("larger than 2 GiB", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_claimed_length_is_not_allocated()
    {
        // A graph of 2 GiB less one byte, said in seven bytes.
        byte[] bytes = [0x08, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07];
        var path = folder.File("claim.onnx");
        File.WriteAllBytes(path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("truncated", Refusal(path), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_message_contains_no_control_characters_of_the_file()
    {
        var refusal = Samples.Refusal(model => model.Graph.Node[0].Domain = "\u001b[2J" + new string('x', 10_000));
        Assert.Contains("«\\u001b[2Jxxx", refusal, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(refusal), 1, 500);
    }

    static string Refusal(string path) => Assert.Throws<OnnxException>(() => OnnxFile.Read(path)).Message;
}
