namespace Hybrid.Data

open System
open System.Data.Common

/// One pass over the rows of a table.
[<AbstractClass; AllowNullLiteral>]
type RowReader() =
    /// The names of the columns.
    abstract Columns: string[]

    /// Advances to the next row, at first to the first one; false if there is none.
    abstract Read: unit -> bool

    /// <summary>Gives a value of the current row; none where it is missing.</summary>
    /// <param name="column">From 0.</param>
    /// <param name="into">Takes it.</param>
    abstract Write: column: int * into: CellWriter -> unit

    /// Ends the pass: by default nothing is to be done.
    abstract Dispose: unit -> unit

    default _.Dispose() = ()

    interface IDisposable with
        member this.Dispose() = this.Dispose()

/// <summary>A table that can be read as often as needed, a row after the other: of a database, or of a file in a format of its own.</summary>
/// <param name="name">What messages call it.</param>
[<AbstractClass>]
type RowSource(name: string) =
    /// What messages call it.
    member _.Name = name

    /// <summary>Begins a pass. Every pass must give the same rows in the same order.</summary>
    abstract Open: unit -> RowReader

    /// <summary>Begins a pass over some neighbouring rows, for processes that share the reading. All parts together must give the rows of
    /// a whole pass, in their order.</summary>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="parts">How many there are.</param>
    /// <returns>Null, the default, where the source cannot be cut: each process then reads all of it.</returns>
    abstract OpenPart: part: int * parts: int -> RowReader

    default _.OpenPart(part: int, parts: int) : RowReader =
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts, nameof part)
        null

/// <summary>The rows of a query, with any database's reader.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="query">Runs the query anew and returns its reader, which is disposed of after a pass.</param>
[<Sealed>]
type DatabaseRows(name: string, query: Func<DbDataReader>) =
    inherit RowSource(name)

    override _.Open() =
        let reader = query.Invoke()

        if isNull reader then
            DataFile.failFile name "there is no reader: the function that runs the query returned null."

        let columns = Array.init reader.FieldCount reader.GetName

        { new RowReader() with
            member _.Columns = columns
            member _.Read() = reader.Read()

            member _.Write(column, into) =
                if not (reader.IsDBNull column) then
                    into.Value(reader.GetValue column)

            member _.Dispose() = reader.Dispose()
        }
