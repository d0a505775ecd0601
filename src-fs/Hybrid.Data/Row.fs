namespace Hybrid.Data

open System
open System.Collections.Generic
open System.Data
open System.Diagnostics.CodeAnalysis
open System.Globalization
open System.Text.Json
open System.Text.Json.Nodes
open Hybrid

/// A program's row: values by the names of columns, which are found exactly or, failing that, in any case.
[<NoComparison; NoEquality>]
type internal Row =
    {
        Names: string list Lazy
        /// None if there is no such column.
        Find: string -> obj option
    }

module internal Row =
    let private fail message = raise (HybridException message)

    /// A name among others: exactly or, failing that, in any case.
    let named (names: string seq) (wanted: string) : string option =
        let same (comparison: StringComparison) =
            names |> Seq.tryFind (fun name -> String.Equals(name, wanted, comparison))

        same StringComparison.Ordinal
        |> Option.orElseWith (fun () -> same StringComparison.OrdinalIgnoreCase)

    let private find (names: string list Lazy) (value: string -> obj) : Row =
        let exact = lazy HashSet<string>(names.Value)

        {
            Names = names
            Find =
                fun wanted ->
                    if exact.Value.Contains wanted then
                        Some(value wanted)
                    else
                        named names.Value wanted |> Option.map value
        }

    let private ofPairs (pairs: KeyValuePair<string, obj> seq) : Row =
        let values = Dictionary<string, obj>()

        for pair in pairs do
            values[pair.Key] <- pair.Value

        find (lazy List.ofSeq values.Keys) (fun name -> values[name])

    let private ofJson (json: JsonElement) : Row =
        if json.ValueKind <> JsonValueKind.Object then
            fail $"A JSON {json.ValueKind} is not a row. Give a JSON object."

        json.EnumerateObject()
        |> Seq.map (fun property -> KeyValuePair(property.Name, box property.Value))
        |> ofPairs

    [<UnconditionalSuppressMessage("Trimming",
                                   "IL2075",
                                   Justification =
                                       "Properties that are left out of a program are no columns: its page says so.")>]
    let private ofProperties (row: obj) : Row =
        let properties =
            row.GetType().GetProperties()
            |> Array.filter (fun property -> property.CanRead && property.GetIndexParameters().Length = 0)

        find (lazy [ for property in properties -> property.Name ]) (fun name ->
            (properties |> Array.find (fun property -> property.Name = name)).GetValue row)

    /// <summary>A row of a dictionary, a JSON object, a database's record, a data table, or of an object's public
    /// properties.</summary>
    /// <exception cref="T:Hybrid.HybridException">The object is none of these.</exception>
    let ofObject (row: obj) : Row =
        match row with
        | :? JsonElement as json -> ofJson json
        | :? JsonNode as json -> ofJson (Cell.elementOf json)
        | :? IDataRecord as record ->
            find (lazy [ for field in 0 .. record.FieldCount - 1 -> record.GetName field ]) (fun name ->
                record.GetValue(record.GetOrdinal name))
        | :? DataRow as row ->
            find
                (lazy [ for column in Seq.cast<DataColumn> row.Table.Columns -> column.ColumnName ])
                (fun name -> row[name])
        | :? DataRowView as view ->
            find
                (lazy
                    [
                        for column in Seq.cast<DataColumn> view.DataView.Table.Columns -> column.ColumnName
                    ])
                (fun name -> view[name])
        | :? (KeyValuePair<string, obj> seq) as pairs -> ofPairs pairs
        | :? Collections.IDictionary as dictionary ->
            Seq.cast<obj> dictionary.Keys
            |> Seq.map (fun key ->
                KeyValuePair(Convert.ToString(key, CultureInfo.InvariantCulture), dictionary[key]))
            |> ofPairs
        | null -> fail "A row is null. Leave it out."
        | :? string
        | :? IConvertible
        | :? Collections.IEnumerable ->
            let kind = row.GetType().Name.Split('`')[0]

            fail
                $"A row of the type {kind} has no names for its values. Give an object with properties, a dictionary, a JSON object, or a database's record; of several rows, one after the other."
        | _ -> ofProperties row

    /// The rows, each as the object that it is.
    let private objects (rows: obj) : obj seq =
        match rows with
        | :? DataTable as table -> Seq.cast<obj> table.Rows
        | :? IDataReader as reader ->
            seq {
                while reader.Read() do
                    box reader
            }
        | :? JsonElement as json when json.ValueKind = JsonValueKind.Array ->
            json.EnumerateArray() |> Seq.map box
        | :? Collections.IEnumerable as rows -> Seq.cast<obj> rows
        | _ -> Seq.singleton rows

    /// <summary>What becomes of each of the rows of a data table, of a database's reader, of a JSON array, or of any collection, when it
    /// is asked for.</summary>
    /// <exception cref="T:Hybrid.TableException">A row is none, or the action refuses it: the message says which one, from 1.</exception>
    let map (action: Row -> 'result) (rows: obj) : 'result seq =
        objects rows
        |> Seq.mapi (fun index row ->
            try
                action (ofObject row)
            with :? HybridException as error ->
                raise (TableException($"row {index + 1}", None, None, error.Message)))
