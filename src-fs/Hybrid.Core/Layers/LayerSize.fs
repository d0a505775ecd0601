namespace Hybrid.Core

open System
open System.Globalization

/// The sizes that a layer may have.
module internal LayerSize =
    [<Literal>]
    let private Widest = 1_000_000

    [<Literal>]
    let private MostPieces = 1000

    let private fail message = raise (HybridException message)

    let private shown (number: int64) =
        number.ToString("N0", CultureInfo.InvariantCulture)

    /// <summary>Refuses numbers of inputs or of units that are not from 1 to 1,000,000.</summary>
    /// <exception cref="T:Hybrid.HybridException">The size is out of range.</exception>
    let require (what: string) (size: int) : unit =
        if size < 1 || size > Widest then
            fail $"The number of {what} must be from 1 to {shown (int64 Widest)}, not {size}."

    /// A number of linear pieces of a maxout unit.
    let requirePieces (pieces: int) : unit =
        if pieces < 2 || pieces > MostPieces then
            fail $"A maxout unit must have from 2 to {MostPieces} pieces, not {pieces}."

    /// A tensor is one array.
    let requireRoom (inputs: int) (units: int) (pieces: int) : unit =
        let weights = int64 inputs * int64 units * int64 pieces

        if weights > int64 Array.MaxLength then
            fail
                $"A layer of {shown (int64 inputs)} inputs and {shown (int64 units)} units does not fit into an array: {shown weights} weights."

    /// Neurons that see windows of these sizes.
    let requireWindows (sizes: int list) (channels: int) (outputs: int) : unit =
        sizes |> List.iter (require "pixels of a window's side")
        require (nameof channels) channels
        require (nameof outputs) outputs

        let weights =
            List.fold
                (fun product (size: int) -> product * bigint size)
                (bigint channels * bigint outputs)
                sizes

        if weights > bigint Array.MaxLength then
            let sizes = sizes |> List.map string |> String.concat " × "

            fail
                $"A convolution of {shown (int64 channels)} channels to {shown (int64 outputs)} outputs by windows of {sizes} pixels does not fit into an array."
