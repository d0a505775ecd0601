namespace Hybrid.Certification

open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// <summary>A box of inputs in raw columns: for each column of numbers a range, for each other one categories.</summary>
[<Sealed>]
type InputBox internal (model: Model, domain: Domain) =
    member internal _.Model = model
    member internal _.Domain = domain

module InputBox =
    /// <summary>A box from words and from data, of which later ones take the place of earlier ones column by column.</summary>
    /// <param name="model">Its columns.</param>
    /// <param name="load">The rows of named data, with the model's columns.</param>
    /// <param name="texts">Conditions, such as area in [40, 160], rooms = 3, colour in {red, blue}; or names of data, whose
    /// columns range from their least to their greatest numbers, and have all categories.</param>
    /// <exception cref="T:Hybrid.OptionException">A text cannot be read, names an unknown column or category, a range is empty,
    /// or a column is not named by any.</exception>
    let read (model: Model) (load: string -> Table) (texts: string list) : InputBox =
        let columns = model.Schema.Columns
        let domain: Extent option[] = Array.create columns.Length None

        for text in texts do
            if BoxText.isBox text then
                for index, values in BoxText.read columns text do
                    domain[index] <- Some values
            else
                load text
                |> Table.inSchema model.Schema
                |> Domain.ofTable
                |> Array.iteri (fun index values -> domain[index] <- Some values)

        let open' =
            columns
            |> Array.mapi (fun index column -> column.Name, domain[index].IsNone)
            |> Array.filter snd
            |> Array.map fst

        if open'.Length > 0 then
            let listed = open' |> Array.truncate 20 |> String.concat ", "

            Names.refuse
                "Box"
                $"does not say what values {listed} may have. Name these columns too, or give data first, whose ranges they then have"

        InputBox(model, Array.map Option.get domain)
