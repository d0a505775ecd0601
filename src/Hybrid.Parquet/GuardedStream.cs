namespace Hybrid.Parquet;

/// <summary>A file for a reader that trusts it: it ends where the file ends, and does not give more than the file has for one column, so that
/// no damage makes the reader go on for ever.</summary>
/// <param name="file">The file, which can seek.</param>
sealed class GuardedStream(Stream file) : Stream
{
    // a page's header has some 50 numbers; each level of nesting begins with one
    const int HeaderBytes = 4096;
    long left = file.Length;
    int single;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Another column is read from here on.</summary>
    public void Begin() => left = file.Length;

    public override int ReadByte()
    {
        if (++single > HeaderBytes)
            throw new InvalidDataException("a header does not end");

        Take(1);
        var read = file.ReadByte();
        return read >= 0 ? read : throw new EndOfStreamException("the file ends within a header");
    }

    public override int Read(Span<byte> buffer)
    {
        single = 0;
        var read = file.Read(buffer);
        Take(read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        // a header may skip a byte
        if (origin != SeekOrigin.Current)
            single = 0;

        return file.Seek(offset, origin);
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();

        base.Dispose(disposing);
    }

    void Take(int bytes)
    {
        left -= bytes;
        if (left < 0)
            throw new InvalidDataException("its parts overlap");
    }
}
