namespace Hybrid.Core

/// What an update may depend on in addition to the parameter: scalars, as a graph.
[<NoComparison; ReferenceEquality>]
type StepContext =
    {
        /// The number of the step, from 1.
        Count: Tensor
        /// The learning rate of this step.
        Rate: Tensor
    }

/// <summary>A rule that computes a new parameter from a parameter and its gradient.</summary>
[<NoComparison; ReferenceEquality>]
type Optimizer =
    {
        Name: string
        /// The default initial learning rate.
        DefaultRate: float
        /// The number of tensors of the parameter's shape that it keeps as state, initially zero.
        Slots: int
        /// Whether the rule applies weight decay itself, separately from the gradient, rather than as part of the loss.
        DecaysWeights: bool
        /// From the step, parameter, gradient and state to the new parameter and the new state.
        Update: StepContext -> Tensor -> Tensor -> Tensor list -> Tensor * Tensor list
    }

module Optimizer =
    let private create name rate slots update =
        {
            Name = name
            DefaultRate = rate
            Slots = slots
            DecaysWeights = false
            Update = update
        }

    let private momentumCoefficient = 0.9

    /// p - ηg
    let sgd =
        create "sgd" 0.1 0 (fun step parameter gradient _ -> parameter - step.Rate * gradient, [])

    /// <summary>v ← 0.9v + g, then p - ηv.</summary>
    /// <remarks>Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).</remarks>
    let momentum =
        create "momentum" 0.02 1 (fun step parameter gradient slots ->
            let velocity = momentumCoefficient * slots.Head + gradient
            parameter - step.Rate * velocity, [ velocity ])

    /// <summary>v ← 0.9v + g, then p - η(g + 0.9v): the gradient as if the step had already been taken.</summary>
    /// <remarks>Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning"
    /// (2013), in the rewritten form.</remarks>
    let nesterov =
        create "nesterov" 0.02 1 (fun step parameter gradient slots ->
            let velocity = momentumCoefficient * slots.Head + gradient
            parameter - step.Rate * (gradient + momentumCoefficient * velocity), [ velocity ])

    /// <summary>s ← 0.9s + 0.1g², then p - ηg / (√s + 1e-8).</summary>
    /// <remarks>Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning" (2012).</remarks>
    let rmsprop =
        create "rmsprop" 0.001 1 (fun step parameter gradient slots ->
            let square = 0.9 * slots.Head + 0.1 * (gradient * gradient)
            parameter - step.Rate * gradient / (Tensor.sqrt square + 1e-8), [ square ])

    /// <summary>s ← s + g², then p - ηg / (√s + 1e-8).</summary>
    /// <remarks>Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization"
    /// (2011).</remarks>
    let adagrad =
        create "adagrad" 0.02 1 (fun step parameter gradient slots ->
            let square = slots.Head + gradient * gradient
            parameter - step.Rate * gradient / (Tensor.sqrt square + 1e-8), [ square ])

    let private adamStep (step: StepContext) (parameter: Tensor) (gradient: Tensor) (slots: Tensor list) =
        let decay1, decay2 = 0.9, 0.999
        let mean = decay1 * slots[0] + (1.0 - decay1) * gradient
        let square = decay2 * slots[1] + (1.0 - decay2) * (gradient * gradient)
        // both averages start at zero: divide by the total weight that does not belong to that start
        let correction (decay: float) =
            1.0 - Tensor.power (Tensor.scalar decay) step.Count

        let rate = step.Rate / correction decay1
        let spread = Tensor.sqrt square / Tensor.sqrt (correction decay2) + 1e-8
        parameter - rate * mean / spread, [ mean; square ]

    /// <summary>m ← 0.9m + 0.1g, s ← 0.999s + 0.001g², then p - η m̂ / (√ŝ + 1e-8), with m̂ = m / (1 - 0.9ᵗ) and
    /// ŝ = s / (1 - 0.999ᵗ).</summary>
    /// <remarks>Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.</remarks>
    let adam = create "adam" 0.001 2 adamStep

    /// <summary>Adam, with decoupled weight decay: ηλw is also subtracted from each weight w at each step, with λ the L2
    /// strength.</summary>
    /// <remarks>Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.</remarks>
    let adamw =
        { create "adamw" 0.001 2 adamStep with
            DecaysWeights = true
        }

    /// Every optimizer: the choices for training, and the rows that the properties check.
    let all = [ sgd; momentum; nesterov; rmsprop; adagrad; adam; adamw ]

    /// <summary>The optimizer of this name.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no optimizer of this name; the message lists the names.</exception>
    let named (name: string) : Optimizer = Named.find "optimizer" _.Name all name

    /// <summary>Gradients scaled so that the Euclidean length of all of them together does not exceed a bound.</summary>
    /// <remarks>Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).</remarks>
    let clip (bound: float) (gradients: Tensor list) : Tensor list =
        let square =
            gradients
            |> List.fold (fun total g -> total + Tensor.sumAll (g * g)) (Tensor.scalar 0.0)

        let scale =
            Tensor.scalar bound / Tensor.maximum (Tensor.sqrt square) (Tensor.scalar bound)

        gradients |> List.map (fun gradient -> gradient * scale)
