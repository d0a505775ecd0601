namespace Hybrid.Explanation

open System
open Hybrid.Data

/// The values that a column may have, and the unit in which its changes are measured.
type internal ColumnAxis =
    {
        IsCategory: bool
        IsWhole: bool
        Least: float32
        Most: float32
        /// The standard deviation of its numbers; 1 where they do not differ.
        Spread: float
    }

module internal ColumnAxis =
    /// That of a column of a table.
    let create (table: Table) (column: int) : ColumnAxis =
        let present =
            Array.init table.Examples (fun row -> table.InMemory[row * table.Columns.Length + column])
            |> Array.filter (Single.IsNaN >> not)

        let spread = RowGradient.deviation table column

        {
            IsCategory = not table.Columns[column].Kind.IsNumber
            IsWhole = present |> Array.forall (fun value -> MathF.Floor value = value)
            Least = if present.Length = 0 then 0f else Array.min present
            Most = if present.Length = 0 then 0f else Array.max present
            Spread = if spread > 0.0 then spread else 1.0
        }

    /// Missing values are the same.
    let areSame (a: float32) (b: float32) : bool =
        a = b || Single.IsNaN a && Single.IsNaN b

    /// √Σ dⱼ², with the change of a number in standard deviations, and 1 for another category or a number in place of a missing one.
    let distance (axes: ColumnAxis[]) (from: float32[]) (row: float32[]) : float =
        let square j (axis: ColumnAxis) =
            if areSame from[j] row[j] then
                0.0
            elif axis.IsCategory || Single.IsNaN from[j] || Single.IsNaN row[j] then
                1.0
            else
                ((float row[j] - float from[j]) / axis.Spread) ** 2.0

        axes |> Seq.mapi square |> Seq.sum |> sqrt
