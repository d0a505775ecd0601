namespace Hybrid.Diagnostics

open System
open System.Threading
open Hybrid.Core

/// <summary>Gradients given by the derivative rules, compared with central differences or with a different source of gradients,
/// in double precision.</summary>
/// <remarks>∂L/∂w ≈ (L(w + h) - L(w - h)) / 2h with h = 6·10⁻⁶ max(1, |w|), near the cube root of the rounding error, where
/// rounding and the third derivative weigh equally. Baydin, Pearlmutter, Radul and Siskind, "Automatic differentiation in
/// machine learning: a survey" (2018), section 2.1.</remarks>
module GradientCheck =
    let private listed = 5

    let private relativeError (length: float) (analytic: float) (numeric: Difference) =
        let size = max (max (abs analytic) (abs numeric.Value)) (1e-3 * length)

        if not (Double.IsFinite size) then infinity
        elif analytic = numeric.Value then 0.0
        // where the whole gradient is 0, the difference is only rounding
        elif size <= numeric.Noise then 0.0
        else abs (analytic - numeric.Value) / size

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
        (progress: int -> int -> unit)
        key
        count
        (parameters: (string * Tensor) list)
        (losses: Tensor)
        (gradients: float[] list)
        (others: (int -> Difference) list)
        : GradientCheckReport =
        let length = gradients |> Seq.sumBy (Array.sumBy (fun g -> g * g)) |> sqrt

        let samples =
            gradients
            |> List.mapi (fun part gradient -> sample (Random.split key part) count gradient.Length)

        let all = samples |> List.sumBy Array.length
        let finished = ref 0

        let pairs part ((name, parameter: Tensor), other) (gradient: float[]) =
            samples[part]
            |> Array.Parallel.map (fun element ->
                let numeric: Difference = other element
                progress (Interlocked.Increment finished) all

                {
                    Parameter = name
                    Index = index parameter.Shape element
                    Analytic = gradient[element]
                    Numeric = numeric.Value
                    RelativeError = relativeError length gradient[element] numeric
                },
                numeric.IsKinked)

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

    /// A difference that is known.
    let private exactly value : Difference =
        {
            Difference.Value = value
            IsKinked = false
            Noise = 0.0
        }

    let private byDifferences progress source key count inputs parameters losses : GradientCheckReport =
        let gradients = gradientsBy source inputs parameters losses
        let graph = Differences.evaluate inputs losses

        let differences (_, parameter: Tensor) : int -> Difference =
            match graph.Places.TryGetValue parameter with
            | true, source -> Differences.quotient graph (Differences.dependents graph parameter) source
            // the losses do not depend on it
            | false, _ -> fun _ -> exactly 0.0

        compare progress key count parameters losses gradients (List.map differences parameters)

    let private unwatched (_: int) (_: int) = ()

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
        byDifferences unwatched source key count inputs parameters losses

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
            (Loss.perExample task (Loss.forTargets examples.Targets loss) outputs target)

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

    /// Checks the gradient as ofNetwork does, and reports its progress: the number of elements that have been checked, and of all
    /// that will be, on several threads.
    let ofNetworkWatched
        (progress: int -> int -> unit)
        (source: GradientSource)
        (key: uint64)
        (exampleCount: int)
        (count: int)
        (task: LearningTask)
        (loss: Loss)
        (network: Network)
        (examples: Examples)
        : GradientCheckReport =
        onNetwork (byDifferences progress source key count) key exampleCount task loss network examples

    /// The multiplications and additions of a check that takes seconds.
    let private budget = 2e9

    let private mostExamples = 64
    let private mostElements = 200
    let private fewestElements = 5

    /// <summary>How much of a network can be checked within seconds.</summary>
    /// <param name="features">The number of features of an example.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <returns>How many examples the loss is averaged over, at most 64, and how many elements of each parameter are checked, at
    /// most 200.</returns>
    let affordable (features: int) (network: Network) : struct (int * int) =
        let x = Tensor.input InputName.Features [ 1; features ]

        let cost (y: Tensor) =
            match y.Node with
            | Apply({
                        Kernel = Kernel.MatMul(_, _, m, k, n)
                    },
                    _) -> float m * float k * float n
            | _ -> float (Shape.size y.Shape)

        // both ends of each difference
        let perExample =
            2.0 * (Graph.order [ Network.forward network x ] |> Array.sumBy cost)

        let tensors = float (max 1 (Network.parameters network).Length)

        let atMost most spent =
            int (max 1.0 (min (float most) (budget / (tensors * spent))))

        let examples = atMost mostExamples (float fewestElements * perExample)
        struct (examples, atMost mostElements (float examples * perExample))

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
            |> List.map (fun gradient element -> exactly gradient[element])
            |> compare unwatched key count parameters losses gradients

        onNetwork check key exampleCount task loss network examples
