namespace Hybrid.Core

open System

/// The box around an example's features that certified training defends.
[<NoComparison; ReferenceEquality>]
type ExampleBox =
    {
        /// By how much each feature may move, in its own unit: at least 0.
        Radius: float[]
        /// What all features lie in, such as pixels from 0 to 255: the box does not extend beyond it.
        Range: (float * float) option
    }

/// <summary>The loss of the worst inputs in a box, bounded by interval propagation: it is at least the loss of each of them.</summary>
/// <remarks>Gowal et al., "On the effectiveness of interval bound propagation for training verifiably robust models" (2018): the
/// box grows from a point during training, and the loss of the examples as they are gives way to that of the worst ones. It grows
/// soon, and the learning rate falls while it has its size: Shi, Wang, Zhang, Yi and Hsieh, "Fast certified robust training with
/// short warmup" (2021). Then intervals bound a smaller box, around an attacked example: Müller, Eckert, Fischer and Vechev,
/// "Certified training: small boxes are all you need" (2023).</remarks>
module internal WorstCase =
    /// The bounds of differences are taken between all pairs of at most this many classes: their number is squared.
    [<Literal>]
    let private mostPaired = 64

    /// The weight of the examples as they are that remains at the end.
    [<Literal>]
    let private Kept = 0.1

    // the box has grown to its size after so much of all steps
    let private grown = 0.35

    /// The fraction of the full box, for the fraction of all steps that are done: 0 at first, then rising evenly.
    let share (progress: float) : float =
        Math.Clamp((progress - 0.01) / (grown - 0.01), 0.0, 1.0)

    // the part of the box that intervals bound at the end, and the time in which it falls to it
    let private inmost, shrinking = 0.75, 0.25

    /// The part of the box that intervals bound, for the fraction of all steps that are done: all of it until it has its size. An
    /// attack has the rest.
    let inner (progress: float) : float =
        1.0 - (1.0 - inmost) * Math.Clamp((progress - grown) / shrinking, 0.0, 1.0)

    /// The factor of the learning rate, for the fraction of all steps that are done: rising at first, falling from the time on when
    /// the box has its size.
    let rate (progress: float) : float =
        let fallen = Math.Clamp((progress - grown) / (1.0 - grown), 0.0, 1.0)
        Math.Min(1.0, 0.05 + progress / 0.02) * 0.5 * (1.0 + cos (Math.PI * fallen))

    /// The weight of the worst inputs' loss, for the fraction of the full box; the examples as they are have the rest.
    let weight (share: Tensor) : Tensor = (1.0 - Kept) * share

    let private ofColumns (values: float[]) : Tensor =
        match Array.distinct values with
        | [| one |] -> Tensor.scalar one
        | _ -> Tensor.constant [ values.Length ] values

    /// The bounds of features: a share of the box around them.
    let private around (box: ExampleBox) (share: Tensor) (x: Tensor) : struct (Tensor * Tensor) =
        let reach = share * ofColumns box.Radius
        let lower, upper = x - reach, x + reach

        match box.Range with
        | Some(least, most) ->
            struct (Tensor.maximum lower (Tensor.minimum x (Tensor.scalar least)),
                    Tensor.minimum upper (Tensor.maximum x (Tensor.scalar most)))
        | None -> struct (lower, upper)

    /// <summary>Features after an attack: as far as a share of the box reaches, each to the side on which the loss grows.</summary>
    /// <remarks>Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples" (2015), section 4.</remarks>
    let attacked
        (gradients: GradientSource)
        (task: LearningTask)
        (loss: Loss)
        (network: Network)
        (box: ExampleBox)
        (share: Tensor)
        (features: Tensor)
        (target: Tensor)
        : Tensor =
        let total =
            Loss.perExample task loss (Network.forward network features) target
            |> Tensor.sumAll

        let slope = gradients.Gradient total [ features ] |> List.head
        let struct (lower, upper) = around box share features
        let zero = Tensor.scalar 0.0

        features
        |> Tensor.select (Tensor.greater zero slope) lower
        |> Tensor.select (Tensor.greater slope zero) upper

    /// The last layer, if it is affine, and the network before it.
    let private beforeLast (network: Network) : (Network * Linear) option =
        List.tryLast network.Layers
        |> Option.bind Linear.ofLayer
        |> Option.map (fun last -> Network.withoutLast network, last)

    /// Upper bounds of zⱼ - zᵧ for the scores z and the right class y, [examples; classes]: scores as good as the worst ones in the
    /// box, since losses of classes do not change if all scores move together.
    let private scores
        classes
        (target: Tensor)
        (network: Network)
        (bounds: Network -> struct (Tensor * Tensor))
        : Tensor =
        let isRight = Tensor.oneHot classes target
        let rows = isRight.Shape.Head

        match beforeLast network with
        | Some(body, last) when classes <= mostPaired ->
            // one row for each pair: the difference of two scores has one weight, not two that are bounded apart
            let pairs =
                Array.init (classes * classes * classes) (fun i ->
                    let pair, k = i / classes, i % classes
                    let right, other = pair / classes, pair % classes
                    (if k = other then 1.0 else 0.0) - (if k = right then 1.0 else 0.0))
                |> Tensor.constant [ classes * classes; classes ]

            let struct (lower, upper) = bounds body
            let weight = pairs *@ last.Weight

            let differences =
                0.5 * (upper + lower) *@ Tensor.transpose weight
                + 0.5 * (upper - lower) *@ Tensor.transpose (Tensor.abs weight)

            let differences =
                match last.Bias with
                | Some bias ->
                    differences
                    + Tensor.reshape [ classes * classes ] (pairs *@ Tensor.reshape [ classes; 1 ] bias)
                | None -> differences

            let shape = [ rows; classes; classes ]

            Tensor.reshape shape differences
            * Tensor.broadcast shape (Tensor.reshape [ rows; classes; 1 ] isRight)
            |> Tensor.sum 1
        | _ ->
            let struct (lower, upper) = bounds network
            let right = Tensor.spread 1 lower.Shape (Tensor.sum 1 (isRight * lower))
            (upper - right) * (1.0 - isRight)

    /// The output in a box that is farthest from the target.
    let private farthest (target: Tensor) (struct (lower, upper): struct (Tensor * Tensor)) : Tensor =
        Tensor.select (Tensor.greater (upper - target) (target - lower)) upper lower

    /// <summary>The loss of each example's worst input, [examples], from targets in the task's form.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">Grows with the distance from the target, or depends on differences of scores only, as all losses of the
    /// library do.</param>
    /// <param name="network">As it is used, from features to outputs.</param>
    /// <param name="box">The whole box.</param>
    /// <param name="share">The fraction of it that counts, a scalar.</param>
    /// <param name="features">[examples; features].</param>
    /// <param name="target">The targets.</param>
    /// <exception cref="T:Hybrid.HybridException">An operation of the network has no rule; the message names it.</exception>
    let losses
        (task: LearningTask)
        (loss: Loss)
        (network: Network)
        (box: ExampleBox)
        (share: Tensor)
        (features: Tensor)
        (target: Tensor)
        : Tensor =
        let inputs = around box share features

        let bounds network =
            IntervalPropagation.bounds features inputs (Network.forward network features)

        match task with
        | Classification classes -> Loss.perExample task loss (scores classes target network bounds) target
        | Regression _ -> Loss.perExample task loss (farthest target (bounds network)) target
        | MultiLabel _ ->
            let struct (lower, upper) = bounds network
            // the least score of a label that is yes, the greatest one of a label that is no
            Loss.perExample task loss (Tensor.select target lower upper) target
