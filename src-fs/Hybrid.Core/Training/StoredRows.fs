namespace Hybrid.Core

/// <summary>The features of rows that lie outside memory, such as in a file. May be read by several threads.</summary>
/// <param name="buffer">How many rows are read ahead, and shuffled together, in training; at least 1.</param>
[<AbstractClass>]
type StoredRows(buffer: int) =
    /// How many rows are read ahead, and shuffled together, in training.
    member _.Buffer = buffer

    /// Whether rows that lie apart are read as fast as neighbours, as where each is a file: all rows are then shuffled together, as in
    /// memory, and the buffer is only what is read ahead.
    abstract AreApart: bool

    default _.AreApart = false

    /// <summary>Reads some rows, one after the other.</summary>
    /// <param name="rows">The numbers of the rows, in any order.</param>
    /// <param name="into">Receives their features from its beginning on.</param>
    abstract Read: rows: int[] * into: float32[] -> unit
