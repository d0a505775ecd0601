namespace Hybrid.Data

open System

/// Names of columns that identify their row.
module internal IdNames =
    let private usual =
        set
            [
                "id"
                "ids"
                "index"
                "idx"
                "row"
                "rownum"
                "rownumber"
                "rowid"
                "no"
                "nr"
                "number"
                "key"
                "uid"
                "uuid"
                "guid"
                "serial"
            ]

    /// Whether a name is that of an identifier: id, PassengerId, customer_id, Row Number.
    let isOne (name: string) : bool =
        let bare = String.filter Char.IsLetterOrDigit name
        let lower = bare.ToLowerInvariant()

        usual.Contains lower
        || name.EndsWith("Id", StringComparison.Ordinal)
        || name.EndsWith("ID", StringComparison.Ordinal)
        || lower.StartsWith("unnamed", StringComparison.Ordinal)
        || (name.Length > 2
            && name.EndsWith("id", StringComparison.OrdinalIgnoreCase)
            && not (Char.IsLetter name[name.Length - 3]))
