namespace Hybrid.Data

open System
open System.IO

/// A format of tables in files that are not text, such as Parquet. The packages Hybrid.Parquet and Hybrid.Arrow have one each.
type TableFormat =
    /// <summary>Whether a file is in this format.</summary>
    /// <param name="beginning">Its first 16 bytes, or as many as there are.</param>
    abstract Matches: beginning: byte[] -> bool

    /// <summary>The rows of a file.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="file">Opens it anew, for a pass that disposes of it: it can seek.</param>
    abstract Rows: name: string * file: Func<Stream> -> RowSource
