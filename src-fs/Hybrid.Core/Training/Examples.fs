namespace Hybrid.Core

/// Rows of data in memory: parts of the same data share its numbers.
[<NoComparison; ReferenceEquality>]
type Examples =
    {
        /// The number of features of an example.
        Width: int
        /// All rows of the data, row-major, rows × Width.
        Features: float32[]
        /// rows × the task's targets: class indices, or numbers.
        Targets: float32[]
        /// The rows that are the examples, in this order.
        Rows: int[]
    }

    /// The number of examples.
    member this.Count = this.Rows.Length

    /// Values that each row of the data has, such as its targets: those of the examples, in their order.
    member this.Pick(width: int, values: float32[]) : float32[] =
        let picked = Array.zeroCreate (this.Count * width)

        this.Rows
        |> Array.iteri (fun i row -> Array.blit values (row * width) picked (i * width) width)

        picked

module Examples =
    /// All rows of the data.
    let all (width: int) (features: float32[]) (targets: float32[]) : Examples =
        {
            Width = width
            Features = features
            Targets = targets
            Rows = Array.init (features.Length / max 1 width) id
        }
