using System.Runtime.InteropServices;
using System.Text;

namespace Hybrid.Cli;

/// <summary>Carries everything that the command prints, and records failures: output that cannot be written, to a full disk or a
/// closed pipe, does not stop the work, since a trained model must not be lost for a line of progress.</summary>
/// <remarks>.NET's own console stream ignores a closed reader.</remarks>
sealed partial class StandardOutput : Stream
{
    const int Descriptor = 1;

    static readonly StandardOutput instance = new();

    readonly Stream? console = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;
    IOException? failure;

    StandardOutput()
    {
    }

    /// <summary>Redirects Console.Out here; on Windows it is unchanged, with the console's own encoding.</summary>
    public static void Install()
    {
        if (!OperatingSystem.IsWindows())
            Console.SetOut(Text(autoFlush: true));
    }

    /// <summary>A buffered writer for long texts, which arrive when it is flushed.</summary>
    public static TextWriter Open() => Text(autoFlush: false);

    /// <exception cref="HybridException">Something could not be written.</exception>
    public static void Check()
    {
        if (instance.failure is { } failure)
            throw new HybridException($"stdout cannot be written ({failure.Message.TrimEnd('.')}).", failure);
    }

    static StreamWriter Text(bool autoFlush) => new(instance, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        AutoFlush = autoFlush,
        NewLine = autoFlush ? Environment.NewLine : "\n",
    };

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (failure is not null)
            return;

        try
        {
            if (console is not null)
                console.Write(buffer);
            else
                WriteAll(buffer);
        }
        catch (IOException error)
        {
            failure = error;
        }
    }

    static unsafe void WriteAll(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            for (var written = 0; written < bytes.Length;)
            {
                var count = WriteSome(Descriptor, start + written, bytes.Length - written);
                if (count < 0)
                    throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

                written += count;
            }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Write", SetLastError = true)]
    private static unsafe partial int WriteSome(nint descriptor, byte* bytes, int count);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => console?.Flush();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
