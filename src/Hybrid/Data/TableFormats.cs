using Hybrid.Data;

namespace Hybrid;

/// <summary>The formats of tables of the packages Hybrid.Parquet and Hybrid.Arrow, if the program references them: the library itself
/// has none.</summary>
static class TableFormats
{
    static readonly Lazy<FSharpList<TableFormat>> found = new(() => ListModule.OfSeq(
        new[]
        {
            Type.GetType("Hybrid.Parquet.ParquetFiles, Hybrid.Parquet")?.GetProperty("Format")?.GetValue(null),
            Type.GetType("Hybrid.Arrow.ArrowFiles, Hybrid.Arrow")?.GetProperty("Format")?.GetValue(null),
        }.OfType<TableFormat>()));

    /// <summary>The formats, if there are any.</summary>
    public static FSharpList<TableFormat> Found => found.Value;
}
