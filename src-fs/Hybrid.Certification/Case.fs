namespace Hybrid.Certification

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification

/// What is proved of a model: its scores, in the order of its outputs.
[<NoComparison; NoEquality>]
type internal Answers =
    {
        /// From raw columns to the scores of classes, or to the quantity.
        Network: Network
        Arithmetic: Arithmetic
        /// Whether to stop.
        Stop: unit -> bool
        /// By how much a score must exceed another one for its class to be the most probable one for sure.
        Margin: float
        /// The number of outputs.
        Outputs: int
        /// Whether a softmax follows.
        IsSoftmax: bool
    }

module internal Answers =
    let ofModel (arithmetic: Arithmetic) (stop: unit -> bool) (model: Model) : Answers =
        let isSoftmax =
            model.Schema.Classes.IsSome
            && match Ending.ofNetwork model.Inputs model.Network with
               | Ending.Softmax
               | Ending.LogSoftmax -> true
               | _ -> false

        {
            Network =
                if isSoftmax then
                    Network.withoutLast model.Network
                else
                    model.Network
            Arithmetic = arithmetic
            Stop = stop
            Margin =
                if isSoftmax && arithmetic = Arithmetic.Float32 then
                    Scores.margin
                else
                    0.0
            Outputs = Model.outputs model.Inputs model.Network
            IsSoftmax = isSoftmax
        }

/// A box of a case.
[<NoComparison; NoEquality>]
type internal Box =
    {
        /// The least numbers of the columns that vary.
        Lower: float[]
        /// The greatest ones.
        Upper: float[]
        /// The least numbers of all raw columns to try.
        Least: float32[]
        /// The greatest ones.
        Most: float32[]
    }

module internal Box =
    /// The box of a domain in one of its cases.
    let create (domain: Domain) (fixed': struct (int * float32) list) : Box =
        let lower, upper = ResizeArray<float>(), ResizeArray<float>()

        let least, most =
            Array.zeroCreate<float32> domain.Length, Array.zeroCreate<float32> domain.Length

        for struct (j, value) in fixed' do
            least[j] <- value
            most[j] <- value

        domain
        |> Array.iteri (fun j values ->
            match values with
            | Extent.Between(struct (low, high), struct (inLow, inHigh)) ->
                lower.Add(float low)
                upper.Add(float high)
                least[j] <- inLow
                most[j] <- inHigh
            | Extent.Among _ -> ())

        if lower.Count = 0 then
            lower.Add 0.0
            upper.Add 0.0

        {
            Lower = lower.ToArray()
            Upper = upper.ToArray()
            Least = least
            Most = most
        }

/// A network in which some columns are constants: categories and missing values.
[<NoComparison; NoEquality>]
type internal Case =
    {
        /// The columns that vary, in order.
        Free: int[]
        /// The values of all columns; what those that vary have here does not matter.
        Values: float32[]
        /// From the columns that vary to the scores.
        Network: Network
        Padded: Padded
    }

module internal Case =
    /// The network for the columns that vary. Where there is none, it takes one number, which does not matter.
    let private restrict (network: Network) (free: int[]) (values: float32[]) : Network =
        if free.Length = values.Length then
            network
        else
            let apply (z: Tensor) =
                let examples = z.Shape.Head

                let column j =
                    match Array.IndexOf(free, j) with
                    | -1 -> Tensor.fill (float values[j]) [ examples; 1 ]
                    | at -> Tensor.slice 1 at 1 z

                let y = Network.forward network (Tensor.concat 1 (List.init values.Length column))

                if free.Length > 0 then
                    y
                else
                    y + Tensor.fill 0.0 [ examples; 1 ] * Tensor.slice 1 0 1 z

            Network.ofLayer (Layer.ofFunction "case" apply)

    /// <summary>A case.</summary>
    /// <param name="answers">The network.</param>
    /// <param name="width">The number of raw columns.</param>
    /// <param name="fixed'">The columns that do not vary, with their values.</param>
    /// <param name="box">A box of the case, for the check of the network's form.</param>
    /// <exception cref="T:Hybrid.HybridException">An operation of the network has no rule.</exception>
    let create (answers: Answers) (width: int) (fixed': struct (int * float32) list) (box: Box) : Case =
        let values = Array.zeroCreate<float32> width

        for struct (j, value) in fixed' do
            values[j] <- value

        let isFixed j =
            fixed' |> List.exists (fun (struct (other, _)) -> other = j)

        let free = [| 0 .. width - 1 |] |> Array.filter (isFixed >> not)
        let network = restrict answers.Network free values

        let intervals =
            Array.map2 (fun lower upper -> { Lower = lower; Upper = upper }: Interval) box.Lower box.Upper

        {
            Free = free
            Values = values
            Network = network
            Padded =
                NetworkForm.read answers.Arithmetic intervals.Length intervals network
                |> Padded.createUntil answers.Stop
        }

    /// The row of raw columns at a point of those that vary.
    let row (case: Case) (point: float32[]) : float32[] =
        let row = Array.copy case.Values
        case.Free |> Array.iteri (fun i j -> row[j] <- point[i])
        row

    /// The columns that vary of a row.
    let point (case: Case) (row: float32[]) : float32[] =
        if case.Free.Length = 0 then
            [| 0f |]
        else
            case.Free |> Array.map (fun j -> row[j])
