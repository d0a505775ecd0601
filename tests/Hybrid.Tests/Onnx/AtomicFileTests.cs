using System.Diagnostics;
using System.Runtime.InteropServices;
using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Hybrid.Tests.Onnx;

public sealed partial class AtomicFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_failed_write_leaves_only_the_old_file()
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
    public void An_invalid_model_also_leaves_the_old_file()
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
    public void A_write_replaces_the_file_and_leaves_nothing_else()
    {
        var path = folder.File(new string('n', 250) + ".onn");
        File.WriteAllText(path, "old");
        OnnxFile.Write(path, Samples.Network());
        Assert.Equal(Samples.Network(), OnnxFile.Read(path));
        Assert.Single(folder.Names());
    }

    [Fact]
    public void An_impossible_write_is_refused_beforehand_with_the_same_message()
    {
        Directory.CreateDirectory(folder.File("inner"));
        Refused(folder.File("inner"), "is a folder");
        Refused(folder.File("new/"), "is a folder");
        Refused(folder.File("missing/model.onnx"), "a folder that does not exist. Create the folder first");
        Refused("", "is not a path");
        Refused(folder.File("a\0b"), "cannot be written");
        Refused(folder.File(new string('n', 300)), null);
        Assert.Equal(["inner"], folder.Names());
    }

    [Fact]
    public void A_trial_write_changes_nothing()
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
    public void A_write_through_a_link_replaces_the_file_behind_it()
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
    public void A_device_is_not_replaced()
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var path in (string[])["/dev/null", "/dev/full", "/dev/stdout", "/dev/fd/1", "/dev/new", "/proc/self/fd/1"])
            {
                Refused(path, "cannot be written (It is a device or a pipe, not a file)");
            }

            Assert.True(UnixFile.IsOther("/dev/null"));
        }
    }

    [Fact]
    public void A_pipe_is_neither_replaced_nor_waited_for()
    {
        if (!OperatingSystem.IsWindows())
        {
            using var make = Process.Start("mkfifo", [folder.File("pipe")]);
            make.WaitForExit();
            Refused(folder.File("pipe"), "It is a device or a pipe, not a file");
            Assert.Contains("is a pipe or a device", Assert.Throws<OnnxException>(() => OnnxFile.Read(folder.File("pipe"))).Message, StringComparison.Ordinal);
            Assert.True(UnixFile.IsOther(folder.File("pipe")));
            Assert.Equal(["pipe"], folder.Names());
        }
    }

    [Fact]
    public void The_kind_of_a_file_on_unix_is_recognised()
    {
        if (!OperatingSystem.IsWindows())
        {
            var (one, two) = (folder.File("one"), folder.File("two"));
            File.WriteAllText(one, "1");
            File.WriteAllText(two, "1");
            File.CreateSymbolicLink(folder.File("link"), "one");
            using var link = Process.Start("ln", [one, folder.File("hard")]);
            link.WaitForExit();

            Assert.False(UnixFile.IsOther(one) || UnixFile.IsOther(folder.Path) || UnixFile.IsOther(folder.File("none")));
            Assert.Null(UnixFile.Identity(folder.File("none")));
            Assert.NotNull(UnixFile.Identity(one));
            Assert.NotEqual(UnixFile.Identity(one), UnixFile.Identity(two));
            Assert.Equal(UnixFile.Identity(one), UnixFile.Identity(folder.File("link")));
            Assert.Equal(UnixFile.Identity(one), UnixFile.Identity(folder.File("hard")));

            // as the system's own program has it
            using var stat = Process.Start(new ProcessStartInfo("ls", ["-i", one]) { RedirectStandardOutput = true })!;
            Assert.StartsWith($"{UnixFile.Identity(one)!.Value.File} ", stat.StandardOutput.ReadToEnd().TrimStart(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_disk_error_is_reported()
    {
        if (OperatingSystem.IsLinux())
        {
            // a file that was opened only for its name has no content to wait for, and the system says so
            using var nameless = new FileStream(Opened(folder.Path), FileAccess.ReadWrite);
            Assert.ThrowsAny<IOException>(() => UnixFile.Sync(nameless));
            UnixFile.SyncFolder(folder.Path);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    /// <summary>A descriptor that fsync refuses with an error of its own: O_PATH of Linux.</summary>
    static SafeFileHandle Opened(string path) => new(Open(path, 0x200000), ownsHandle: true);

    [Fact]
    public void Only_the_files_of_killed_runs_are_deleted()
    {
        const string left = ".hybrid-0123456789abcdef.tmp";
        File.WriteAllText(folder.File(left), "half");
        File.WriteAllText(folder.File(".hybrid-fedcba9876543210.tmp"), "being written");
        string[] others = [".hybrid-0123456789abcde.tmp", ".hybrid-0123456789ABCDEF.tmp", ".hybrid-0123456789abcdef.tmp2", "hybrid-0123456789abcdef.tmp"];
        foreach (var other in others)
        {
            File.WriteAllText(folder.File(other), "mine");
        }

        using (new FileStream(folder.File(".hybrid-fedcba9876543210.tmp"), FileMode.Open, FileAccess.ReadWrite, FileShare.Delete))
        {
            OnnxFile.EnsureWritable(folder.File("model.onnx"));
            Assert.Equal([.. others.Append(".hybrid-fedcba9876543210.tmp").Order(StringComparer.Ordinal)], folder.Names());
        }

        OnnxFile.Write(folder.File("model.onnx"), Samples.Network());
        Assert.Equal([.. others.Append("model.onnx").Order(StringComparer.Ordinal)], folder.Names());
    }

    [Fact]
    public void Concurrent_runs_do_not_disturb_each_other()
    {
        Parallel.For(0, 8, writer =>
        {
            for (var i = 0; i < 20; i++)
            {
                AtomicFile.Write(folder.File($"m{writer}"), stream => stream.Write(new byte[1000 + writer]));
            }
        });
        Assert.Equal(Enumerable.Range(0, 8).Select(writer => $"m{writer}"), folder.Names());
        Assert.All(Enumerable.Range(0, 8), writer => Assert.Equal(1000 + writer, new FileInfo(folder.File($"m{writer}")).Length));
    }

    [Fact]
    public void A_private_file_stays_private_while_it_is_written()
    {
        if (!OperatingSystem.IsWindows())
        {
            var path = folder.File("secret");
            foreach (var mode in (UnixFileMode[])[UnixFileMode.UserRead | UnixFileMode.UserWrite, (UnixFileMode)0b110_110_100])
            {
                File.WriteAllText(path, "old");
                File.SetUnixFileMode(path, mode);
                var written = UnixFileMode.None;
                AtomicFile.Write(path, stream => written = OperatingSystem.IsWindows()
                    ? default
                    : File.GetUnixFileMode(((FileStream)stream).SafeFileHandle));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, written);
                Assert.Equal(mode, File.GetUnixFileMode(path));
            }
        }
    }

    [Fact]
    public void The_new_file_has_the_mode_of_the_old_one()
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
    public void A_read_only_file_is_not_replaced()
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
