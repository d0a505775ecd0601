namespace Hybrid.Core

/// Rows of data: parts of the same data share its numbers.
[<NoComparison; ReferenceEquality>]
type Examples =
    {
        /// The number of features of an example.
        Width: int
        /// All rows of the data, row-major, rows × Width.
        Features: float32[]
        /// Where the features are, if that is not in memory: the array of features is then empty.
        Stored: StoredRows option
        /// rows × the task's targets: class indices, or numbers.
        Targets: float32[]
        /// The weight of each row of the data: a row of weight 2 counts as if it were there twice. None: all count alike.
        Weights: float32[] option
        /// The rows that are the examples, in this order.
        Rows: int[]
    }

    /// The number of examples.
    member this.Count = this.Rows.Length

    /// <summary>Some of the examples, in memory.</summary>
    /// <param name="targets">The number of targets of a row.</param>
    /// <param name="rows">Rows of the data.</param>
    /// <param name="areRead">Of each of the rows whether its features are needed; those of others are not read, and are not there.</param>
    member internal this.Loaded(targets: int, rows: int[], areRead: bool[]) : Examples =
        match this.Stored with
        | None -> { this with Rows = rows }
        | Some stored ->
            // first the rows that are read: the others have targets and weights behind theirs
            let places =
                [| 0 .. rows.Length - 1 |] |> Array.partition (fun place -> areRead[place])

            let read = fst places |> Array.map (fun place -> rows[place])
            let features = Array.zeroCreate (read.Length * this.Width)
            stored.Read(read, features)
            let order = Array.append (fst places) (snd places)

            let part =
                { this with
                    Rows = order |> Array.map (fun place -> rows[place])
                }

            let at = Array.zeroCreate rows.Length
            order |> Array.iteri (fun i place -> at[place] <- i)

            {
                Width = this.Width
                Features = features
                Stored = None
                Targets = part.Pick(targets, this.Targets)
                Weights = part.Weighted
                Rows = at
            }

    /// Values that each row of the data has, such as its targets: those of the examples, in their order.
    member this.Pick(width: int, values: float32[]) : float32[] =
        let picked = Array.zeroCreate (this.Count * width)

        this.Rows
        |> Array.iteri (fun i row -> Array.blit values (row * width) picked (i * width) width)

        picked

    /// The weights of the examples, in their order.
    member internal this.Weighted: float32[] option =
        this.Weights |> Option.map (fun weights -> this.Pick(1, weights))

    /// The sum of the examples' weights: their number, if all count alike.
    member this.Weight: float =
        match this.Weights with
        | Some weights -> this.Rows |> Array.sumBy (fun row -> float weights[row])
        | None -> float this.Count

module Examples =
    /// All rows of the data.
    let all (width: int) (features: float32[]) (targets: float32[]) : Examples =
        {
            Width = width
            Features = features
            Stored = None
            Targets = targets
            Weights = None
            Rows = Array.init (features.Length / max 1 width) id
        }
