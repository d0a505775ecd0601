namespace Hybrid.Arrow;

/// <summary>Recognises Arrow's IPC files (Feather 2) and streams, for <c>TableData.Load</c> and the command: files begin with the letters
/// ARROW1, streams with four bytes of ones.</summary>
public sealed class ArrowFiles : TableFormat
{
    static ReadOnlySpan<byte> Continuation => [0xFF, 0xFF, 0xFF, 0xFF];

    ArrowFiles()
    {
    }

    /// <summary>The format, which has no state.</summary>
    public static TableFormat Format { get; } = new ArrowFiles();

    /// <inheritdoc/>
    public bool Matches(byte[] beginning) => IsFile(beginning) || beginning.AsSpan().StartsWith(Continuation);

    /// <inheritdoc/>
    public RowSource Rows(string name, Func<Stream> file) => new ArrowRows(name, file);

    internal static bool IsFile(ReadOnlySpan<byte> beginning) => beginning.StartsWith("ARROW1"u8);
}
