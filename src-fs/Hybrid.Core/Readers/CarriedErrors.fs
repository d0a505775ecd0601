namespace Hybrid.Core

open System.Collections.Generic

/// The effect of the errors of a node's operands on the node.
module internal CarriedErrors =
    let private magnitude = RoundingRule.magnitude
    let private outward = RoundedNode.outward

    /// <summary>The nodes that a rule computes from others whose values are given.</summary>
    [<Sealed>]
    type Local(outputs: Tensor list, given: Tensor list) =
        let known = HashSet<Tensor>(given, HashIdentity.Reference)

        let order =
            Graph.orderBy (fun x -> if known.Contains x then [] else Graph.operands x) outputs
            |> Array.filter (known.Contains >> not)

        /// The values of the outputs by a different rule of the primitives, such as their enclosure.
        member _.Evaluate(constant: Values -> 'v[], rule: Primitive -> 'v[] list -> 'v[], values: 'v[] list) =
            let found = Dictionary<Tensor, 'v[]> HashIdentity.Reference
            List.iter2 (fun x value -> found[x] <- value) given values

            for x in order do
                found[x] <-
                    match x.Node with
                    | Constant numbers -> constant numbers
                    | Apply(primitive, operands) -> rule primitive (operands |> List.map (fun x -> found[x]))
                    | Input name ->
                        raise (HybridException $"A derivative needs the input {Printable.quote name}.")

            outputs |> List.map (fun output -> found[output])

        /// Bounds of the outputs.
        member this.Bounds(values: Interval[] list) : Interval[] list =
            this.Evaluate((fun values -> Array.map Interval.exactly values.AsDouble), _.Enclosure, values)

    /// The effect of the operands' distances: with tangents, the rule for the result's tangent, given operands, result and
    /// tangents.
    let carried
        (primitive: Primitive)
        (tangents: Lazy<Local>)
        (operands: RoundedNode list)
        (result: Interval[])
        =
        let offs = operands |> List.map _.Off

        let isExact = offs |> List.forall (Array.forall ((=) 0.0))

        match primitive.Continuity, primitive.Rounding with
        | Continuity.Steps _, _ -> Array.zeroCreate result.Length
        | _ when isExact -> Array.zeroCreate result.Length
        | _, RoundingRule.Moves -> primitive.Reference offs
        | continuity, RoundingRule.Chooses ->
            let chosen =
                match continuity with
                | Continuity.Switches -> offs.Tail
                | _ -> offs

            RoundedRules.feeding primitive.Kernel result.Length chosen
            |> Array.map Array.max
        | _, RoundingRule.Adds -> List.reduce (Array.map2 (+)) offs |> Array.map outward
        | _, RoundingRule.Elementary derivative ->
            Array.map2 (fun x off -> outward (magnitude (derivative x) * off)) operands.Head.Range offs.Head
        | _, RoundingRule.Sums ->
            let sizes = operands |> List.map (fun x -> Array.map magnitude x.Range)
            let values = Array.map magnitude result :: sizes @ offs

            tangents.Value.Evaluate(_.AsDouble, _.Reference, values)
            |> List.exactlyOne
            |> Array.map outward
        | _ ->
            let around = offs |> List.map (Array.map (fun off -> { Lower = -off; Upper = off }))

            tangents.Value.Bounds(result :: (operands |> List.map _.Range) @ around)
            |> List.exactlyOne
            |> Array.map magnitude
