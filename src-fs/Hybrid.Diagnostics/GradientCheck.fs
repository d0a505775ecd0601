namespace Hybrid.Diagnostics

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>Gradients given by the derivative rules, compared with central differences or with a different source of gradients,
/// in double precision.</summary>
/// <remarks>∂L/∂w ≈ (L(w + h) - L(w - h)) / 2h with h = 6·10⁻⁶ max(1, |w|), near the cube root of the rounding error, where
/// rounding and the third derivative weigh equally. Baydin, Pearlmutter, Radul and Siskind, "Automatic differentiation in
/// machine learning: a survey" (2018), section 2.1.</remarks>
module GradientCheck =
    let private step = 6e-6

    let private listed = 5

    /// A graph with the values of its nodes, in the order of the nodes.
    [<NoComparison; ReferenceEquality>]
    type private Evaluated =
        {
            Nodes: Tensor[]
            Places: Dictionary<Tensor, int>
            Values: float[][]
        }

    let private operandsOf graph (x: Tensor) (values: float[][]) =
        Graph.operands x |> List.map (fun operand -> values[graph.Places[operand]])

    let private evaluated inputs (output: Tensor) =
        let nodes = Graph.order [ output ]

        {
            Nodes = nodes
            Places = Dictionary(nodes |> Seq.mapi (fun i x -> KeyValuePair(x, i)), HashIdentity.Reference)
            Values = Reference.evaluate inputs (List.ofArray nodes) |> Array.ofList
        }

    /// The places of the nodes that depend on a tensor, in order, without the tensor itself.
    let private dependents graph (source: Tensor) =
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

    /// The difference quotient at one element, and whether a jump lies between its two ends.
    let private quotient graph dependents (source: int) (element: int) : struct (float * bool) =
        let w = graph.Values[source][element]

        let attempt step =
            let h = step * max 1.0 (abs w)
            let after = moved graph dependents source element (w + h)
            let before = moved graph dependents source element (w - h)
            // examples are subtracted one by one: rounding errors stay those of single losses
            let rise = Array.map2 (-) (Array.last after) (Array.last before) |> Array.average
            // the distance between the two numbers after rounding
            struct (rise / ((w + h) - (w - h)), not (sameSides graph source dependents before after))

        match attempt step with
        | struct (_, true) -> attempt (step / 10.0)
        | found -> found

    let private relativeError (length: float) (analytic: float) (numeric: float) =
        let size = max (max (abs analytic) (abs numeric)) (1e-3 * length)

        if not (Double.IsFinite size) then infinity
        elif analytic = numeric then 0.0
        else abs (analytic - numeric) / size

    /// Some of the numbers 0 … n - 1, in order; all for a count of 0.
    let private sample key count n =
        if count = 0 || count >= n then
            Array.init n id
        else
            Random.permutation key 0UL n |> Array.take count |> Array.sort

    /// The place of an element along each axis.
    let private index (shape: Shape) element =
        List.map2 (fun extent stride -> element / stride % extent) shape (Shape.strides shape)

    /// The values of the gradients of a mean loss.
    let private gradientsBy (source: GradientSource) inputs parameters losses : float[] list =
        source.Gradient (Tensor.meanAll losses) (List.map snd parameters)
        |> Reference.evaluate inputs

    /// Some elements of gradients, compared with their values by a different method, or marked as having a jump.
    let private compare
        key
        count
        (parameters: (string * Tensor) list)
        (losses: Tensor)
        (gradients: float[] list)
        (others: (int -> struct (float * bool)) list)
        : GradientCheckReport =
        let length = gradients |> Seq.sumBy (Array.sumBy (fun g -> g * g)) |> sqrt

        let pairs part ((name, parameter: Tensor), other) (gradient: float[]) =
            sample (Random.split key part) count gradient.Length
            |> Array.Parallel.map (fun element ->
                let struct (numeric, kinked) = other element

                {
                    Parameter = name
                    Index = index parameter.Shape element
                    Analytic = gradient[element]
                    Numeric = numeric
                    RelativeError = relativeError length gradient[element] numeric
                },
                kinked)

        let kinked, smooth =
            List.mapi2 pairs (List.zip parameters others) gradients
            |> Array.concat
            |> Array.partition snd

        let worst = smooth |> Array.map fst |> Array.sortByDescending _.RelativeError

        {
            MaxRelativeError = (if worst.Length = 0 then 0.0 else worst[0].RelativeError)
            Checked = worst.Length
            Parameters = parameters |> List.sumBy (fun (_, parameter) -> Shape.size parameter.Shape)
            Examples = Shape.size losses.Shape
            Worst = worst |> Array.truncate listed |> List.ofArray
            Kinks = kinked |> Array.map fst |> List.ofArray
        }

    /// <summary>Checks the gradient of a mean loss with respect to some inputs of its graph.</summary>
    /// <param name="source">Whose gradient is checked.</param>
    /// <param name="key">The same key chooses the same elements.</param>
    /// <param name="count">How many elements of each parameter are checked; 0 for all.</param>
    /// <param name="inputs">The values of all inputs of the graph, by name, including the parameters'.</param>
    /// <param name="parameters">The inputs to differentiate with respect to, by name.</param>
    /// <param name="losses">The loss of each example, [examples].</param>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has the wrong number of elements.</exception>
    let ofLosses
        (source: GradientSource)
        (key: uint64)
        (count: int)
        (inputs: (string * float[]) list)
        (parameters: (string * Tensor) list)
        (losses: Tensor)
        : GradientCheckReport =
        let gradients = gradientsBy source inputs parameters losses
        let graph = evaluated inputs losses

        let differences (_, parameter: Tensor) : int -> struct (float * bool) =
            match graph.Places.TryGetValue parameter with
            | true, source -> quotient graph (dependents graph parameter) source
            // the losses do not depend on it
            | false, _ -> fun _ -> struct (0.0, false)

        compare key count parameters losses gradients (List.map differences parameters)

    /// A check of the mean loss of a network on some examples, as the network is used: without dropout and noise.
    let private onNetwork
        check
        key
        exampleCount
        task
        loss
        (network: Network)
        (examples: Examples)
        : GradientCheckReport =
        if examples.Count = 0 then
            raise (HybridException "A gradient can only be checked on examples, and there are none.")

        let checked' =
            { examples with
                Rows =
                    sample (Random.split key -1) exampleCount examples.Count
                    |> Array.map (fun i -> examples.Rows[i])
            }

        let pick width values =
            checked'.Pick(width, values) |> Array.map float

        let targets = LearningTask.targets task
        let traced = Network.withInputs network

        let outputs = Network.forward traced (Batch.features checked'.Count examples.Width)

        let target = Batch.target checked'.Count targets

        let values =
            Network.parameters network
            |> List.map (fun (name, value) -> name, Reference.value value)

        check
            ([
                InputName.Features, pick examples.Width examples.Features
                InputName.Target, pick targets examples.Targets
             ]
             @ values)
            (Network.parameters traced)
            (Loss.perExample task loss outputs target)

    /// <summary>Checks the gradient of a network's mean loss, as the network is used: without dropout and noise.</summary>
    /// <param name="source">Whose gradient is checked.</param>
    /// <param name="key">The same key chooses the same examples and elements.</param>
    /// <param name="exampleCount">How many examples the loss is averaged over; 0 for all.</param>
    /// <param name="count">How many elements of each parameter are checked; 0 for all.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">Takes the network's outputs.</param>
    /// <param name="network">Takes [examples; features]; every parameter has a value.</param>
    /// <param name="examples">At least one.</param>
    /// <exception cref="T:Hybrid.HybridException">There are no examples.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The network does not take the examples, or does not return the task's
    /// outputs.</exception>
    let ofNetwork
        (source: GradientSource)
        (key: uint64)
        (exampleCount: int)
        (count: int)
        (task: LearningTask)
        (loss: Loss)
        (network: Network)
        (examples: Examples)
        : GradientCheckReport =
        onNetwork (ofLosses source key count) key exampleCount task loss network examples

    /// <summary>Checks the gradient of a network's mean loss as ofNetwork does, but compares it with a different source of
    /// gradients, for which there are no kinks.</summary>
    /// <param name="other">What the gradient is compared with.</param>
    /// <param name="source">Whose gradient is checked.</param>
    /// <param name="key">The same key chooses the same examples and elements.</param>
    /// <param name="exampleCount">How many examples the loss is averaged over; 0 for all.</param>
    /// <param name="count">How many elements of each parameter are checked; 0 for all.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">Takes the network's outputs.</param>
    /// <param name="network">Takes [examples; features]; every parameter has a value.</param>
    /// <param name="examples">At least one.</param>
    /// <exception cref="T:Hybrid.HybridException">There are no examples.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The network does not take the examples, or does not return the task's
    /// outputs.</exception>
    let ofNetworkAgainst
        (other: GradientSource)
        (source: GradientSource)
        (key: uint64)
        (exampleCount: int)
        (count: int)
        (task: LearningTask)
        (loss: Loss)
        (network: Network)
        (examples: Examples)
        : GradientCheckReport =
        let check inputs parameters losses =
            let gradients = gradientsBy source inputs parameters losses

            gradientsBy other inputs parameters losses
            |> List.map (fun gradient element -> struct (gradient[element], false))
            |> compare key count parameters losses gradients

        onNetwork check key exampleCount task loss network examples
