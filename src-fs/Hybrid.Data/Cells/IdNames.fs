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

    /// Last words of names of numbers that identify something; a quantity may be called so too.
    let private words =
        set
            [
                yield! usual
                "account"
                "acct"
                "barcode"
                "client"
                "code"
                "customer"
                "ean"
                "fax"
                "gtin"
                "iban"
                "imei"
                "invoice"
                "isbn"
                "konto"
                "member"
                "mobile"
                "num"
                "order"
                "passport"
                "patient"
                "phone"
                "ref"
                "reference"
                "sku"
                "ssn"
                "telefon"
                "telephone"
                "ticket"
                "transaction"
                "upc"
                "user"
            ]

    /// The last word of a name: number of phoneNumber, Phone Number and phone_number.
    let private lastWord (name: string) : string =
        let trimmed = name.TrimEnd([| ' '; '_'; '-'; '.'; '#'; ')' |])

        let isStart i =
            i = 0
            || not (Char.IsLetterOrDigit trimmed[i - 1])
            || Char.IsUpper trimmed[i] && Char.IsLower trimmed[i - 1]

        match seq { trimmed.Length - 1 .. -1 .. 0 } |> Seq.tryFind isStart with
        | Some start -> trimmed.Substring(start).ToLowerInvariant()
        | None -> ""

    /// Whether a column of numbers that look like identifiers has the name of some: phone_number, Kundennummer, account.
    let mayBeOne (name: string) : bool =
        let last = lastWord name

        words.Contains last
        || last.EndsWith("number", StringComparison.Ordinal)
        || last.EndsWith("nummer", StringComparison.Ordinal)
