using Google.Protobuf;
using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public ExternalDataTests()
    {
        Directory.CreateDirectory(folder.File("model/data"));
        File.WriteAllBytes(folder.File("model/data/weights.bin"), [9, 9, 9, 9, 0, 0, 128, 63, 0, 0, 0, 64]);
        File.WriteAllBytes(folder.File("secret.bin"), new byte[8]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("data/weights.bin")]
    [InlineData("./data/../data/weights.bin")]
    [InlineData("../model/data/weights.bin")]
    public void Data_inside_the_folder_are_read(string location)
    {
        var expected = Samples.Floats("w", [2], 1f, 2f);
        Assert.Equal(expected, Assert.Single(Read(location, "4", "8").Graph.Initializers));
        Assert.Equal(expected, Assert.Single(Read(location, "4", null).Graph.Initializers));
    }

    [Fact]
    public void A_link_that_stays_inside_the_folder_is_followed()
    {
        File.CreateSymbolicLink(folder.File("model/link.bin"), "data/weights.bin");
        Directory.CreateSymbolicLink(folder.File("model/linked"), folder.File("model/data"));
        Read("link.bin", "4", "8");
        Read("linked/weights.bin", "4", "8");
    }

    [Fact]
    public void A_path_that_leads_out_of_the_folder_is_refused()
    {
        File.CreateSymbolicLink(folder.File("model/file.bin"), "../secret.bin");
        Directory.CreateSymbolicLink(folder.File("model/out"), folder.Path);
        Directory.CreateDirectory(folder.File("model-other"));
        File.WriteAllBytes(folder.File("model-other/secret.bin"), new byte[8]);
        foreach (var location in new[]
        {
            "../secret.bin", "data/../../secret.bin", folder.File("secret.bin"), folder.File("model/data/weights.bin"),
            "file.bin", "out/secret.bin", "out/../secret.bin", "../model-other/secret.bin", "", ".", "..",
        })
        {
            Refused("which is not inside the model's folder. Keep the data file in the model's folder", location);
        }
    }

    [Fact]
    public void A_cycle_of_links_is_refused()
    {
        File.CreateSymbolicLink(folder.File("model/a"), "b");
        File.CreateSymbolicLink(folder.File("model/b"), "a");
        Refused("There are too many symbolic links", "a");
    }

    [Fact]
    public void A_region_beyond_the_file_is_refused()
    {
        const string Location = "data/weights.bin";
        Refused("which does not hold 8 bytes at 5", Location, "5");
        Refused("which does not hold 8 bytes at 9223372036854775807", Location, "9223372036854775807");
        Refused("has the offset «-4»", Location, "-4");
        Refused("has the offset «0x4»", Location, "0x4");
        Refused("has the length «1e3»", Location, "4", "1e3");
        Refused("with 4 bytes instead of 8", Location, "4", "4");
        Refused("cannot be read", "data/missing.bin");
        Refused("cannot be read", "data");
        Refused("cannot be read", "a\0b");
    }

    [Fact]
    public void A_model_from_memory_has_no_folder()
    {
        var refusal = Samples.Refusal(model => model.Graph.Initializer.Add(Tensor("data/weights.bin", null, null)));
        Assert.Contains("the model is not read from a folder", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void One_big_file_behind_many_tensors_does_not_fill_the_memory()
    {
        using (var stream = File.Create(folder.File("model/big.bin")))
        {
            // Sparse: it claims the length and takes no room.
            stream.SetLength(1L << 32);
        }

        var tensor = Tensor("big.bin", null, null);
        tensor.Dims[0] = (1 << 29) + 1;
        var refusal = Refusal(tensor);
        Assert.Contains("more than 2 GiB of external data", refusal, StringComparison.Ordinal);
    }

    /// <summary>A model and its data take memory in proportion to their files: not 400 times 4 MB for one file of 4 MB.</summary>
    [Fact]
    public void Many_tensors_cannot_reuse_the_same_data_without_limit()
    {
        File.WriteAllBytes(folder.File("model/data.bin"), new byte[1 << 20]);
        var model = Samples.Message();
        for (var count = 1; count <= 3; count++)
        {
            var tensor = Tensor("data.bin", null, null);
            tensor.Name = $"w{count}";
            tensor.Dims[0] = 1 << 18;
            model.Graph.Initializer.Add(tensor);
            var path = folder.File("model/model.onnx");
            File.WriteAllBytes(path, model.ToByteArray());
            if (count < 3)
            {
                OnnxFile.Read(path);
            }
            else
            {
                Assert.Contains(
                    "more than twice the size of its files", Assert.Throws<OnnxException>(() => OnnxFile.Read(path)).Message,
                    StringComparison.Ordinal);
            }
        }
    }

    OnnxModel Read(string location, string? offset, string? length) => Read(Tensor(location, offset, length));

    OnnxModel Read(TensorProto tensor)
    {
        var model = Samples.Message();
        model.Graph.Initializer.Add(tensor);
        var path = folder.File("model/model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return OnnxFile.Read(path);
    }

    string Refusal(TensorProto tensor) => Assert.Throws<OnnxException>(() => Read(tensor)).Message;

    void Refused(string expected, string location, string? offset = null, string? length = null) =>
        Assert.Contains(expected, Refusal(Tensor(location, offset, length)), StringComparison.Ordinal);

    static TensorProto Tensor(string location, string? offset, string? length)
    {
        var tensor = Samples.MessageTensor("w", DataType.Float, 2);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
            {
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }

        return tensor;
    }
}
