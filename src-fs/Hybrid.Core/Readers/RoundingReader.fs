namespace Hybrid.Core

open System
open System.Collections.Generic

/// <summary>A graph whose float32 results are bounded, for any number of boxes of inputs.</summary>
/// <param name="outputs">The tensors to bound.</param>
[<Sealed>]
type internal RoundingReader(outputs: Tensor list) =
    let order = Graph.order outputs

    let set (nodes: Tensor seq) =
        HashSet<Tensor>(nodes, HashIdentity.Reference)

    let table (pairs: (Tensor * 'value) seq) =
        Dictionary<Tensor, 'value>(pairs |> Seq.map KeyValuePair, HashIdentity.Reference)

    let isOf (nodes: HashSet<Tensor>) (x: Tensor) =
        Graph.operands x |> List.exists nodes.Contains

    /// The nodes that depend on an input.
    let varying =
        let found = set []

        for x in order do
            match x.Node with
            | Input _ -> found.Add x |> ignore
            | _ when isOf found x -> found.Add x |> ignore
            | _ -> ()

        found

    let isProduct (x: Tensor) =
        match x.Node with
        | Apply({ Rounding = RoundingRule.Sums }, [ _; _ ]) -> true
        | _ -> false

    /// A sum of products, and what is added to it.
    let (|ProductAnd|_|) (x: Tensor) =
        let split product other =
            match product.Node with
            | Apply(primitive, factors) -> Some(product, primitive, factors, other)
            | _ -> None

        match x.Node with
        | Apply({
                    Kernel = Kernel.Zip Binary.Add
                    Rounding = RoundingRule.Adds
                },
                [ a; b ]) ->
            if isProduct a then split a b
            elif isProduct b then split b a
            else None
        | _ -> None

    /// Products that are only used in one sum: their rounding is counted there.
    let within =
        let uses = Dictionary<Tensor, int> HashIdentity.Reference

        for x in Seq.append outputs (Seq.collect Graph.operands order) do
            uses[x] <- uses.GetValueOrDefault x + 1

        order
        |> Seq.choose (function
            | ProductAnd(product, _, _, _) when uses[product] = 1 -> Some product
            | _ -> None)
        |> set

    /// Products with several uses: a fused multiply-add skips their rounding in one use and not in another, so its effect does
    /// not cancel.
    let isContracted (x: Tensor) =
        match x.Node with
        | Apply({
                    Rounding = RoundingRule.Multiplies | RoundingRule.Sums
                },
                _) -> true
        | _ -> false

    let tangents =
        order
        |> Seq.choose (fun x ->
            match x.Node with
            | Apply(primitive, operands) ->
                let moved =
                    operands |> List.map (fun operand -> Tensor.input "tangent" operand.Shape)

                Some(
                    x,
                    lazy (CarriedErrors.Local([ primitive.Jvp operands x moved ], x :: operands @ moved))
                )
            | _ -> None)
        |> table

    let cotangents =
        order
        |> Seq.choose (fun x ->
            match x.Node with
            | Apply(primitive, operands) ->
                let g = Tensor.input "cotangent" x.Shape

                Some(
                    x,
                    lazy
                        (primitive.Vjp operands x g
                         |> List.map (fun cotangent ->
                             CarriedErrors.Local([ cotangent ], g :: x :: operands)))
                )
            | _ -> None)
        |> table

    let read (known: Dictionary<Tensor, RoundedNode>) (x: Tensor) primitive (operands: Tensor list) =
        let nodes = operands |> List.map (fun operand -> known[operand])
        let ranges = nodes |> List.map _.Range
        let result = primitive.Enclosure ranges
        let grid = RoundedRules.grid primitive nodes

        let own =
            match x with
            | ProductAnd(_, product, factors, other) ->
                let factors = factors |> List.map (fun factor -> known[factor].Range)
                RoundedSum.sumAnd product factors known[other].Range grid result
            | _ when within.Contains x -> result |> Array.map (fun _ -> struct (0.0, false))
            | _ -> RoundedRules.own primitive ranges grid result

        let jumps = RoundedRules.jump primitive nodes result
        let carried = CarriedErrors.carried primitive tangents[x] nodes result
        RoundedNode.create result own jumps carried grid

    /// The nodes that do not depend on an input.
    let fixed' =
        let known = table []

        for x in order do
            match x.Node with
            | Constant values -> known[x] <- RoundedNode.ofConstant values
            | Apply(primitive, operands) when not (varying.Contains x) ->
                known[x] <- read known x primitive operands
            | _ -> ()

        known

    /// The nodes through which errors reach an output.
    let erring =
        let found = set varying

        for x in order do
            if
                not (found.Contains x)
                && (isOf found x || Array.exists ((<>) 0.0) fixed'[x].Own)
            then
                found.Add x |> ignore

        found

    /// The sum of all errors, each multiplied by the derivative of one number of an output.
    let backward (known: Dictionary<Tensor, RoundedNode>) (output: Tensor) (element: int) : float =
        let cotangent = table []
        let uses = table []

        let add operand (cotangents: Interval[]) =
            cotangent[operand] <-
                match cotangent.TryGetValue operand with
                | true, sum -> Array.map2 Interval.add sum cotangents
                | false, _ -> cotangents

            if isContracted operand then
                let sizes = cotangents |> Array.map RoundingRule.magnitude

                uses[operand] <-
                    match uses.TryGetValue operand with
                    | true, sum -> Array.map2 (+) sum sizes
                    | false, _ -> sizes

        Array.init (Shape.size output.Shape) (fun i -> Interval.exactly (if i = element then 1.0 else 0.0))
        |> add output

        let mutable total = 0.0

        for x in Array.rev order do
            match cotangent.TryGetValue x with
            | true, g ->
                let node = known[x]

                let sizes =
                    match uses.TryGetValue x with
                    | true, sizes -> sizes
                    | false, _ -> Array.map RoundingRule.magnitude g

                for i in 0 .. g.Length - 1 do
                    if node.Own[i] <> 0.0 then
                        total <- total + node.Own[i] * sizes[i]

                match x.Node with
                | Apply({ Continuity = Continuity.Steps _ }, _) -> ()
                | Apply({
                            Rounding = RoundingRule.Elementary derivative
                        },
                        [ operand ]) when erring.Contains operand ->
                    Array.map2 (fun x g -> Interval.multiply (derivative x) g) known[operand].Range g
                    |> add operand
                | Apply(_, operands) ->
                    let given =
                        g :: node.Result :: (operands |> List.map (fun operand -> known[operand].Range))

                    for operand, local in List.zip operands cotangents[x].Value do
                        if erring.Contains operand then
                            local.Bounds given |> List.exactlyOne |> add operand
                | _ -> ()
            | _ -> ()

        if Double.IsNaN total then
            infinity
        else
            RoundedNode.outward total * (1.0 + 1e-9)

    /// What is known about each node, given that of the inputs by their names and shapes, and whether all of it is finite.
    let ofInputs (input: string -> Shape -> RoundedNode) =
        let known = table []

        for x in order do
            known[x] <-
                match x.Node with
                | Input name -> input name x.Shape
                | Apply(primitive, operands) when varying.Contains x -> read known x primitive operands
                | _ -> fixed'[x]

        let isFinite =
            known.Values |> Seq.forall (fun node -> Array.forall Double.IsFinite node.Own)

        known, isFinite

    let forward (inputs: (string * Interval[]) list) =
        ofInputs (fun name shape -> RoundedNode.ofInput (Fold.given inputs name shape))

    /// <summary>The maximum error of any float32 result of the outputs, or a given number if that is larger.</summary>
    member _.Worst (inputs: (string * Interval[]) list) (least: float) : float =
        let known, isFinite = forward inputs

        if isFinite then
            // the backward pass runs only where the forward pass gives too much
            outputs
            |> List.fold
                (fun worst output ->
                    known[output].Off
                    |> Seq.indexed
                    |> Seq.fold
                        (fun worst (i, off) ->
                            if off <= worst then
                                worst
                            else
                                max worst (min off (backward known output i)))
                        worst)
                least
        else
            infinity

    /// The maximum errors of the outputs, carried forward only: quicker, and looser where errors cancel. Infinite where anything
    /// may overflow.
    member _.Forward(inputs: (string * Interval[]) list) : float[] list =
        let known, isFinite = forward inputs

        outputs
        |> List.map (fun output ->
            if isFinite then
                known[output].Off
            else
                Array.create (Shape.size output.Shape) infinity)

    /// <summary>What is known about the only output, if all of it is finite, given bounds of both the exact and the computed numbers of the
    /// input "x", and of the distances between them: carried forward only.</summary>
    member internal _.From(range: Interval[], off: float[]) : RoundedNode option =
        let known, isFinite = ofInputs (fun _ _ -> RoundedNode.ofComputed range off)
        if isFinite then Some known[outputs.Head] else None

    /// <summary>The float32 results of the outputs, given bounds of their inputs by name.</summary>
    member _.Evaluate(inputs: (string * Interval[]) list) : RoundedBounds list =
        let known, isFinite = forward inputs

        Enclosure.evaluate inputs outputs
        |> List.map2
            (fun output exact ->
                let node = known[output]

                let error =
                    Array.init exact.Length (fun i ->
                        if isFinite then
                            min node.Off[i] (backward known output i)
                        else
                            infinity)

                {
                    Exact = exact
                    Error = error
                    Computed =
                        // after an overflow, a result may be NaN
                        if not isFinite then
                            Array.create exact.Length Interval.everything
                        else

                            Array.map3
                                (fun (exact: Interval) error (range: Interval) ->
                                    let around = Interval.add exact { Lower = -error; Upper = error }

                                    {
                                        Lower = max around.Lower range.Lower
                                        Upper = min around.Upper range.Upper
                                    })
                                exact
                                error
                                node.Range
                })
            outputs
