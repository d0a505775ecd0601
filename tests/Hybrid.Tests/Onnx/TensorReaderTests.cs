using Google.Protobuf;
using Hybrid.Onnx.Wire;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx;

public sealed class TensorReaderTests
{
    [Fact]
    public void Numbers_may_be_listed()
    {
        ReadsAs([1.5f, -2f], DataType.Float, tensor => tensor.FloatData.Add([1.5f, -2f]));
        ReadsAs([1700001852.5, double.NegativeInfinity], tensor => tensor.DoubleData.Add([1700001852.5, double.NegativeInfinity]));
        ReadsAs([1f, -2f], DataType.Float16, tensor => tensor.Int32Data.Add([0x3c00, 0xc000]));
        ReadsAs((ushort[])[0x3f80, 0xc000], tensor => tensor.Int32Data.Add([0x3f80, 0xc000]));
        ReadsAs([1L, long.MinValue], DataType.Int64, tensor => tensor.Int64Data.Add([1, long.MinValue]));
        ReadsAs([1L, -2L], DataType.Int32, tensor => tensor.Int32Data.Add([1, -2]));
        ReadsAs([1L, -2L], DataType.Int16, tensor => tensor.Int32Data.Add([1, -2]));
        ReadsAs([1L, 65535L], DataType.Uint16, tensor => tensor.Int32Data.Add([1, 65535]));
        ReadsAs([1L, -128L], DataType.Int8, tensor => tensor.Int32Data.Add([1, -128]));
        ReadsAs([1L, 255L], DataType.Uint8, tensor => tensor.Int32Data.Add([1, 255]));
        ReadsAs([1L, 0L], DataType.Bool, tensor => tensor.Int32Data.Add([1, 0]));
    }

    [Fact]
    public void Numbers_may_be_raw()
    {
        ReadsAs([1.5f, -2f], DataType.Float, Raw(0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0));
        ReadsAs([1f, -2f], DataType.Float16, Raw(0, 0x3c, 0, 0xc0));
        ReadsAs([1.0, 2.0], Raw(0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40));
        ReadsAs((ushort[])[0x3f80, 0xc000], Raw(0x80, 0x3f, 0, 0xc0));
        ReadsAs([1L, -1L], DataType.Int64, Raw([1, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xff, 8)]));
        ReadsAs([1L, -1L], DataType.Int32, Raw(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff));
        ReadsAs([1L, -1L], DataType.Int16, Raw(1, 0, 0xff, 0xff));
        ReadsAs([1L, 65535L], DataType.Uint16, Raw(1, 0, 0xff, 0xff));
        ReadsAs([1L, -1L], DataType.Int8, Raw(1, 0xff));
        ReadsAs([1L, 255L], DataType.Uint8, Raw(1, 0xff));
        ReadsAs([0L, 1L], DataType.Bool, Raw(0, 2));
    }

    [Fact]
    public void Texts_stay_texts()
    {
        var names = Samples.MessageTensor("w", DataType.String, 2);
        names.StringData.Add([ByteString.CopyFromUtf8("grün"), ByteString.Empty]);
        var read = Samples.Read(model => model.Graph.Initializer.Add(names)).Graph.Initializers.Head;
        Assert.Equal(OnnxValues.NewTexts(["grün", ""]), read.Values);
        Refused("initializer «w» claims 1 elements and holds 0", Samples.MessageTensor("w", DataType.String, 1));
    }

    [Theory]
    [InlineData((int)DataType.Uint64, "UINT64")]
    [InlineData((int)DataType.Complex64, "COMPLEX64")]
    [InlineData((int)DataType.Undefined, "UNDEFINED")]
    [InlineData(23, "number 23")]
    [InlineData(-1, "number -1")]
    public void A_tensor_of_an_unsupported_type_is_refused_with_name_and_type(int type, string expected) =>
        Refused($"initializer «w» is of type {expected}, which is not supported",
            Samples.MessageTensor("w", (DataType)type, 1));

    [Fact]
    public void A_shape_that_the_numbers_do_not_fill_is_refused()
    {
        var cut = Samples.MessageTensor("w", DataType.Float, 2, 3);
        cut.RawData = ByteString.CopyFrom(new byte[23]);
        Refused("initializer «w» claims 6 elements of 4 bytes and holds 23 bytes", cut);

        var listed = Samples.MessageTensor("w", DataType.Int32, 3);
        listed.Int32Data.Add([1, 2]);
        Refused("claims 3 elements and holds 2", listed);

        Refused("claims 4 elements and holds 0", Samples.MessageTensor("w", DataType.Float, 4));
    }

    [Fact]
    public void An_absurd_shape_is_refused_before_anything_is_allocated()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused("a dimension of -1", Samples.MessageTensor("w", DataType.Float, -1));
        Refused("a dimension of 9223372036854775807", Samples.MessageTensor("w", DataType.Float, long.MaxValue));
        Refused("claims 2000000000 elements and holds 0", Samples.MessageTensor("w", DataType.Float, 2_000_000_000));
        // 2^64 elements: the product wraps around to 0.
        Refused("more elements than an array",
            Samples.MessageTensor("w", DataType.Float, 1 << 16, 1 << 16, 1 << 16, 1 << 16));
        Refused("more elements than an array", Samples.MessageTensor("w", DataType.Float, 0, 1 << 30, 1 << 30));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_number_out_of_range_is_refused()
    {
        var tall = Samples.MessageTensor("w", DataType.Double, 1);
        tall.DoubleData.Add(1e300);
        Refused("initializer «w» holds 1E+300, beyond float32", tall);

        var wide = Samples.MessageTensor("w", DataType.Uint8, 1);
        wide.Int32Data.Add(256);
        Refused("initializer «w» holds numbers beyond the range of its type UINT8", wide);
    }

    static Action<TensorProto> Raw(params byte[] bytes) => tensor => tensor.RawData = ByteString.CopyFrom(bytes);

    static void ReadsAs(float[] expected, DataType type, Action<TensorProto> fill) =>
        Assert.Equal(Samples.Floats("w", [2], expected), Read(type, fill));

    static void ReadsAs(double[] expected, Action<TensorProto> fill) =>
        Assert.Equal(new OnnxTensor("w", Samples.List(2), OnnxValues.NewDoubles(expected)), Read(DataType.Double, fill));

    static void ReadsAs(ushort[] expected, Action<TensorProto> fill) =>
        Assert.Equal(new OnnxTensor("w", Samples.List(2), OnnxValues.NewBFloats(expected)), Read(DataType.Bfloat16, fill));

    static void ReadsAs(long[] expected, DataType type, Action<TensorProto> fill) =>
        Assert.Equal(Samples.Integers("w", [2], expected), Read(type, fill));

    static OnnxTensor Read(DataType type, Action<TensorProto> fill)
    {
        var tensor = Samples.MessageTensor("w", type, 2);
        fill(tensor);
        return Assert.Single(Samples.Read(model => model.Graph.Initializer.Add(tensor)).Graph.Initializers);
    }

    static void Refused(string expected, TensorProto tensor) => Assert.Contains(
        expected, Samples.Refusal(model => model.Graph.Initializer.Add(tensor)), StringComparison.Ordinal);
}
