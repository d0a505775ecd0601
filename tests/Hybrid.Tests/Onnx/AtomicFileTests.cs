using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Onnx;

public sealed class AtomicFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFailedWriteLeavesTheOldFileAndNothingElse()
    {
        var path = folder.File("model.onnx");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("The disk is full.");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model.onnx"], folder.Names());
    }

    [Fact]
    public void AModelThatIsNotValidLeavesTheOldFileToo()
    {
        var path = folder.File("model.onnx");
        File.WriteAllText(path, "old");
        var sound = Samples.Network();
        var broken = new OnnxModel(sound.Graph, 0, sound.Producer, sound.Metadata);
        var refusal = Assert.Throws<OnnxException>(() => OnnxFile.Write(path, broken));
        Assert.StartsWith($"{path}: the opset is 0", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model.onnx"], folder.Names());
    }

    [Fact]
    public void AWriteReplacesTheFileAndLeavesNothingElse()
    {
        var path = folder.File(new string('n', 250) + ".onn");
        File.WriteAllText(path, "old");
        OnnxFile.Write(path, Samples.Network());
        Assert.Equal(Samples.Network(), OnnxFile.Read(path));
        Assert.Single(folder.Names());
    }

    [Fact]
    public void AWriteThatIsNotPossibleIsRefusedBeforehandInTheSameWords()
    {
        Directory.CreateDirectory(folder.File("inner"));
        Refused(folder.File("inner"), "is a folder");
        Refused(folder.File("new/"), "is a folder");
        Refused(folder.File("missing/model.onnx"), "a folder that does not exist. Create the folder first");
        Refused("", "is no path");
        Refused(folder.File("a\0b"), "cannot be written");
        Refused(folder.File(new string('n', 300)), null);
        Assert.Equal(["inner"], folder.Names());
    }

    [Fact]
    public void TryingHarmsNothing()
    {
        var path = folder.File("model.onnx");
        OnnxFile.EnsureWritable(path);
        Assert.Empty(folder.Names());
        File.WriteAllText(path, "old");
        OnnxFile.EnsureWritable(path);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model.onnx"], folder.Names());
    }

    [Fact]
    public void ThroughALinkTheFileBehindItIsReplaced()
    {
        Directory.CreateDirectory(folder.File("store"));
        var link = folder.File("model.onnx");
        File.CreateSymbolicLink(link, "store/real.onnx");
        OnnxFile.Write(link, Samples.Network());
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal(Samples.Network(), OnnxFile.Read(folder.File("store/real.onnx")));
        Assert.Equal(["model.onnx", "store"], folder.Names());
    }

    [Fact]
    public void ADeviceIsNotReplaced()
    {
        if (!OperatingSystem.IsWindows())
        {
            Refused("/dev/null", "cannot be written (It is a device.)");
        }
    }

    [Fact]
    public void TheNewFileHasTheModeOfTheOld()
    {
        if (!OperatingSystem.IsWindows())
        {
            var path = folder.File("secret.onnx");
            File.WriteAllText(path, "old");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            OnnxFile.Write(path, Samples.Network());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void AReadOnlyFileIsNotReplaced()
    {
        var path = folder.File("locked.onnx");
        File.WriteAllText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        // The superuser may write it all the same, and .NET does not call it read-only for that user.
        if (File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
        {
            Refused(path, "The existing file is read-only");
            Assert.Equal("old", File.ReadAllText(path));
        }

        File.SetAttributes(path, FileAttributes.Normal);
    }

    static void Refused(string path, string? expected)
    {
        var write = Assert.Throws<OnnxException>(() => OnnxFile.Write(path, Samples.Network()));
        if (expected is not null)
        {
            var beforehand = Assert.Throws<OnnxException>(() => OnnxFile.EnsureWritable(path));
            Assert.Equal(write.Message, beforehand.Message);
            Assert.Contains(expected, write.Message, StringComparison.Ordinal);
        }
    }
}
