namespace Hybrid.Models

open System
open Hybrid.Core

/// How the weights are updated.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Method =
    /// A step per batch of examples.
    | Steps of Optimizer
    /// Iterations over all examples, for small data sets.
    | Lbfgs

module Method =
    /// Its name.
    let name (method: Method) : string =
        match method with
        | Method.Steps optimizer -> optimizer.Name
        | Method.Lbfgs -> Lbfgs.Name

    /// Every name: those of the optimizers, and lbfgs.
    let names: string list =
        List.map (fun (optimizer: Optimizer) -> optimizer.Name) Optimizer.all
        @ [ Lbfgs.Name ]

    /// <summary>The method of this name.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no such method; the message lists the names.</exception>
    let named (name: string) : Method =
        // in any case and with any dashes, as the others
        if (String.filter Char.IsLetter name).ToLowerInvariant() = Lbfgs.Name then
            Method.Lbfgs
        else
            Method.Steps(Optimizer.named name)
