namespace Hybrid.Core

open System

/// How the learning rate changes: its factor, as a function of the fraction of all steps that are done.
[<NoComparison; ReferenceEquality>]
type Schedule =
    { Name: string; Factor: float -> float }

module Schedule =
    /// 1 throughout.
    let constant =
        {
            Name = "constant"
            Factor = fun _ -> 1.0
        }

    /// 1, then 1/10 after a third of the steps, then 1/100 after two thirds.
    let step =
        {
            Name = "step"
            Factor = fun progress -> Math.Pow(0.1, floor (3.0 * progress))
        }

    /// From 1 to 1/100, decreasing by the same factor at every step.
    let exponential =
        {
            Name = "exponential"
            Factor = fun progress -> Math.Pow(0.01, progress)
        }

    /// <summary>½(1 + cos πs) for the fraction s: from 1 to 0.</summary>
    /// <remarks>Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017), eq. 5, without
    /// restarts.</remarks>
    let cosine =
        {
            Name = "cosine"
            Factor = fun progress -> 0.5 * (1.0 + cos (Math.PI * progress))
        }

    /// Every schedule: the choices for training.
    let all = [ constant; step; exponential; cosine ]

    /// <summary>The schedule of this name.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no schedule of this name; the message lists the names.</exception>
    let named (name: string) : Schedule = Named.find "schedule" _.Name all name
