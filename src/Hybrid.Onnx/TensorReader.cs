using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Hybrid.Onnx.Wire;
using Microsoft.FSharp.Collections;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Onnx;

/// <summary>Reads tensors. A header's claims are compared with the actual bytes before anything is allocated.
/// Float16 becomes float32, and bfloat16 stays as it is; integers and booleans become int64; texts stay texts.</summary>
sealed class TensorReader(ModelSource source)
{
    const string DamagedAdvice = "The file is damaged; export the model again.";

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string TypeName(int type) =>
        Enum.IsDefined((DataType)type) ? ((DataType)type).ToString().ToUpperInvariant() : $"number {type}";

    /// <param name="tensor">The message.</param>
    /// <param name="owner">What errors call the tensor.</param>
    public OnnxTensor Read(TensorProto tensor, string owner)
    {
        if (tensor.Dims.FirstOrDefault(extent => extent is < 0 or > int.MaxValue) is not 0 and var odd)
            throw source.Refuse($"{owner} has a dimension of {odd}", DamagedAdvice);

        var count = Count(tensor.Dims)
            ?? throw source.Refuse($"{owner} claims more elements than an array can have", DamagedAdvice);
        var values = Values(tensor, owner, count);
        return new OnnxTensor(tensor.Name, ListModule.OfSeq(tensor.Dims.Select(extent => (int)extent)), values);
    }

    /// <summary>The number of elements of a shape; null if it, or the strides derived from it, do not fit.</summary>
    public static int? Count(IEnumerable<long> extents)
    {
        long count = 1;
        var empty = false;
        foreach (var extent in extents)
        {
            // an extent of 0 must not hide absurd others
            empty |= extent == 0;
            count *= Math.Max(extent, 1);
            if (extent is < 0 or > int.MaxValue || count > Array.MaxLength)
                return null;
        }

        return empty ? 0 : (int)count;
    }

    public string Text(ByteString bytes, string owner)
    {
        try
        {
            return Utf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException error)
        {
            throw source.Refuse($"{owner} is not UTF-8 text", "Export the model again.", error);
        }
    }

    OnnxValues Values(TensorProto tensor, string owner, int count)
    {
        try
        {
            return (DataType)tensor.DataType switch
            {
                DataType.Float => Floats(Stored(tensor, owner, count, tensor.FloatData)),
                DataType.Double => OnnxValues.NewDoubles(Array.ConvertAll(
                    Stored(tensor, owner, count, tensor.DoubleData), value => Checked(value, owner))),
                DataType.Float16 => Floats(Array.ConvertAll(Small<ushort>(tensor, owner, count),
                    bits => (float)BitConverter.UInt16BitsToHalf(bits))),
                DataType.Bfloat16 => OnnxValues.NewBFloats(Small<ushort>(tensor, owner, count)),
                DataType.Int64 => Integers(Stored(tensor, owner, count, tensor.Int64Data)),
                DataType.Int32 => Integers(Widened<int>(tensor, owner, count)),
                DataType.Int16 => Integers(Widened<short>(tensor, owner, count)),
                DataType.Uint16 => Integers(Widened<ushort>(tensor, owner, count)),
                DataType.Int8 => Integers(Widened<sbyte>(tensor, owner, count)),
                DataType.Uint8 => Integers(Widened<byte>(tensor, owner, count)),
                DataType.String => OnnxValues.NewTexts(Array.ConvertAll(
                    Listed(tensor.StringData, owner, count), text => Text(text, owner))),
                DataType.Bool => Integers(Array.ConvertAll(
                    Small<byte>(tensor, owner, count), value => value == 0 ? 0L : 1L)),
                _ => throw source.Refuse(
                    $"{owner} is of type {TypeName(tensor.DataType)}, which is not supported",
                    "Export the model in float32, with integers of up to 64 bits."),
            };
        }
        catch (OverflowException error)
        {
            throw source.Refuse(
                $"{owner} holds numbers beyond the range of its type {TypeName(tensor.DataType)}", DamagedAdvice, error);
        }
    }

    static OnnxValues Floats(float[] values) => OnnxValues.NewFloats(values);

    static OnnxValues Integers(long[] values) => OnnxValues.NewIntegers(values);

    /// <summary>A number that float32 can hold, if not precisely.</summary>
    double Checked(double value, string owner) =>
        float.IsFinite((float)value) || !double.IsFinite(value)
            ? value
            : throw source.Refuse($"{owner} holds {value}, beyond float32", "Export the model in float32.");

    long[] Widened<T>(TensorProto tensor, string owner, int count)
        where T : unmanaged, INumberBase<T> =>
        Array.ConvertAll(Small<T>(tensor, owner, count), long.CreateChecked);

    /// <summary>The types of up to 32 bits share one list of the message.</summary>
    T[] Small<T>(TensorProto tensor, string owner, int count)
        where T : unmanaged, INumberBase<T> =>
        Bytes<T>(tensor, owner, count)
            ?? Array.ConvertAll(Listed(tensor.Int32Data, owner, count), T.CreateChecked);

    T[] Stored<T>(TensorProto tensor, string owner, int count, RepeatedField<T> list)
        where T : unmanaged =>
        Bytes<T>(tensor, owner, count) ?? Listed(list, owner, count);

    T[] Listed<T>(RepeatedField<T> list, string owner, int count) =>
        list.Count == count
            ? [.. list]
            : throw source.Refuse($"{owner} claims {count} elements and holds {list.Count}", DamagedAdvice);

    /// <summary>The numbers stored as bytes, here or in a separate file; null if they are listed.</summary>
    T[]? Bytes<T>(TensorProto tensor, string owner, int count)
        where T : unmanaged
    {
        var length = (long)count * Unsafe.SizeOf<T>();
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return Decode<T>(ExternalData.Load(tensor, owner, length, source));

        var raw = tensor.RawData.Span;
        return raw.IsEmpty
            ? null
            : raw.Length == length
                ? Decode<T>(raw)
                : throw source.Refuse(
                    $"{owner} claims {count} elements of {Unsafe.SizeOf<T>()} bytes and holds {raw.Length} bytes",
                    DamagedAdvice);
    }

    static T[] Decode<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            var reversed = MemoryMarshal.AsBytes(values.AsSpan());
            for (var start = 0; start < reversed.Length; start += Unsafe.SizeOf<T>())
                reversed.Slice(start, Unsafe.SizeOf<T>()).Reverse();
        }

        return values;
    }
}
