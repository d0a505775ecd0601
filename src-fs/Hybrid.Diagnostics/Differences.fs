namespace Hybrid.Diagnostics

open System.Collections.Generic
open Hybrid.Core

/// The value of a difference, and how far it can be believed.
[<Struct>]
type internal Difference =
    {
        Value: float
        /// Whether a kink or a jump lies between the two ends of the step.
        IsKinked: bool
        /// What rounding alone may give.
        Noise: float
    }

/// Central differences of a mean loss with respect to single elements of its inputs, in double precision.
module internal Differences =
    let private step = 6e-6

    /// The distance between 1 and the next number.
    let private unit = 2.0 ** -52.0

    /// A graph with the values of its nodes, in the order of the nodes.
    [<NoComparison; ReferenceEquality>]
    type Evaluated =
        {
            Nodes: Tensor[]
            Places: Dictionary<Tensor, int>
            Values: float[][]
        }

    let private operandsOf graph (x: Tensor) (values: float[][]) =
        Graph.operands x |> List.map (fun operand -> values[graph.Places[operand]])

    let evaluate inputs (output: Tensor) =
        let nodes = Graph.order [ output ]

        {
            Nodes = nodes
            Places = Dictionary(nodes |> Seq.mapi (fun i x -> KeyValuePair(x, i)), HashIdentity.Reference)
            Values = Reference.evaluate inputs (List.ofArray nodes) |> Array.ofList
        }

    /// The places of the nodes that depend on a tensor, in order, without the tensor itself.
    let dependents graph (source: Tensor) =
        let found = HashSet<Tensor>([ source ], HashIdentity.Reference)

        graph.Nodes
        |> Array.indexed
        |> Array.filter (fun (_, x) -> Graph.operands x |> List.exists found.Contains && found.Add x)
        |> Array.map fst

    /// The values after one element of a tensor has changed: only what depends on the tensor is computed again.
    let private moved graph (dependents: int[]) (source: int) (element: int) (value: float) : float[][] =
        let values = Array.copy graph.Values
        values[source] <- Array.updateAt element value values[source]

        for i in dependents do
            match graph.Nodes[i].Node with
            | Apply(primitive, _) -> values[i] <- primitive.Reference(operandsOf graph graph.Nodes[i] values)
            | Constant _
            | Input _ -> ()

        values

    let private side x =
        if x > 0.0 then 1
        elif x < 0.0 then -1
        else 0

    /// Whether two evaluations are on the same side of every jump of what depends on a tensor.
    let private sameSides graph (source: int) (dependents: int[]) (a: float[][]) (b: float[][]) : bool =
        let depends = HashSet<int>(Array.append [| source |] dependents)

        dependents
        |> Array.forall (fun i ->
            let x = graph.Nodes[i]

            match x.Node with
            | Apply(primitive, operands) when
                Continuity.watched primitive.Continuity operands
                |> List.exists (fun operand -> depends.Contains graph.Places[operand])
                ->
                Array.forall2
                    (fun a b -> side a = side b)
                    (Continuity.distances primitive.Continuity (operandsOf graph x a))
                    (Continuity.distances primitive.Continuity (operandsOf graph x b))
            | _ -> true)

    /// The difference quotient at one element.
    let quotient graph dependents (source: int) (element: int) : Difference =
        let w = graph.Values[source][element]

        let attempt step =
            let h = step * max 1.0 (abs w)
            let after = moved graph dependents source element (w + h)
            let before = moved graph dependents source element (w - h)
            // examples are subtracted one by one: rounding errors stay those of single losses
            let rise = Array.map2 (-) (Array.last after) (Array.last before) |> Array.average
            // the distance between the two numbers after rounding
            let run = (w + h) - (w - h)

            {
                Value = rise / run
                IsKinked = not (sameSides graph source dependents before after)
                Noise = unit * (Array.last after |> Array.averageBy abs) / run
            }

        match attempt step with
        | { IsKinked = true } -> attempt (step / 10.0)
        | found -> found
