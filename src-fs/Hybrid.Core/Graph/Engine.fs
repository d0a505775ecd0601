namespace Hybrid.Core

open System

/// <summary>Computes in float32. Hybrid.Kernels creates engines; everything that computes takes one, and there is no default
/// engine.</summary>
/// <remarks>An engine may be used by several threads at once, and its results depend neither on their number nor on its own.
/// Disposing ends its own threads, which otherwise end after a second without work; work after disposing runs on the caller's
/// thread.</remarks>
[<Sealed>]
type Engine internal (kernels: IKernels) =
    /// Its vector width, such as "vector256".
    member _.Name: string = kernels.Name

    member internal _.Kernels = kernels

    /// One with equal results that computes on the caller's thread alone.
    member internal _.Alone: Engine = new Engine(kernels.Alone)

    /// The name, and the number of threads.
    override _.ToString() = string kernels

    interface IDisposable with
        member _.Dispose() = kernels.Dispose()
