namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Exchange

/// Images are given to files from elsewhere as pixels from 0 to 255, which many are not made for.
module internal Pixels =
    /// From which size on numbers are about pixels from 0 to 255, and not about those from 0 to 1 or standardised ones.
    let private large = 16.0

    /// Whether a graph begins by making small numbers of pixels: it divides by large numbers, or subtracts them.
    let areScaled (graph: OnnxGraph) : bool =
        let constants = Rewriting.constants graph

        let magnitude (name: string) : float option =
            match constants.TryGetValue name with
            | true, { Values = Floats values } -> Some(values |> Seq.map (abs >> float) |> Seq.fold max 0.0)
            | true, { Values = BFloats values } ->
                Some(values |> Seq.map (BFloat16.toSingle >> abs >> float) |> Seq.fold max 0.0)
            | true, { Values = Doubles values } -> Some(values |> Seq.map abs |> Seq.fold max 0.0)
            | _ -> None

        let rec follow (name: string) : bool =
            graph.Nodes
            |> List.filter (fun node -> List.contains name node.Inputs)
            |> List.exists (fun node ->
                match node.Operator, List.choose magnitude node.Inputs with
                | "Div", [ divisor ] when divisor >= large -> true
                | "Mul", [ factor ] when factor <= 1.0 / large -> true
                | ("Sub" | "Add"), [ mean ] when mean >= large -> true
                | "BatchNormalization", [ _; _; mean; variance ] ->
                    mean >= large || variance >= large * large
                | ("Div" | "Mul" | "Sub" | "Add"), [ _ ]
                | ("Identity" | "Cast" | "Transpose" | "Reshape" | "Flatten"), _ ->
                    List.exists follow node.Outputs
                | _ -> false)

        graph.Inputs |> List.exists (fun port -> follow port.Name)
