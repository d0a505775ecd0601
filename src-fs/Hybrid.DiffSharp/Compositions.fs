namespace Hybrid.DiffSharp

open System
open DiffSharp
open Hybrid.Core

/// What DiffSharp 1.0.7 lacks, or has with another meaning, composed of what it has.
module Compositions =
    /// <summary>a where the condition is not 0, else b.</summary>
    /// <remarks>DiffSharp has no such operation. Picked from both, one behind the other, rather than multiplied by masks:
    /// 0 times what is not a number would not be 0.</remarks>
    let select (condition: Number) (a: Number) (b: Number) : Number =
        let count = a.nelement

        let indices =
            Number.toArray condition
            |> Array.mapi (fun i chosen -> if chosen <> 0.0 then i else count + i)
            |> Number.ofIndices

        Number.cat(Number.alike [ Number.flat a; Number.flat b ]).gather(0, indices).view(a.shape)

    /// 1 where a > b, else 0.
    let greater (a: Number) (b: Number) : Number = Number.ofComparison (a.gt b)

    /// 1 where x > 0, else 0.
    let step (x: Number) : Number = greater x (x.zerosLike ())

    /// The greater of each two, of equal ones the first: DiffSharp's own is ((a + b) + |b - a|) / 2, which rounds.
    let maximum (a: Number) (b: Number) : Number = select (greater b a) b a

    /// The smaller of each two, of equal ones the first: DiffSharp's own is ((a + b) - |a - b|) / 2, which rounds.
    let minimum (a: Number) (b: Number) : Number = select (greater a b) b a

    /// <summary>a to the power b, with a derivative with respect to b of 0 where a is not positive.</summary>
    /// <remarks>DiffSharp's own derivative is aᵇ log a, not a number there. So b's power has no derivative of its own, and
    /// is multiplied by exp((b - b₀) log a), which is 1 and has the derivative log a.</remarks>
    let power (a: Number) (b: Number) : Number =
        if b.isReverseDiff then
            let positive = a.noDiff ()
            let base' = select (step positive) positive (positive.onesLike ())
            a.pow (b.noDiff ()) * ((b - b.noDiff ()) * base'.log ()).exp()
        else
            a.pow b

    let private greatest axis (x: Number) : Number = x.noDiff().max(axis, keepDim = true)

    /// <summary>log Σ exp x along an axis, which is left out of the result.</summary>
    /// <remarks>DiffSharp's own subtracts the greatest element of all, not of each run, so that a run of much smaller
    /// elements is lost, and adds 10⁻⁴⁵ to the sum.</remarks>
    let logSumExp (axis: int) (x: Number) : Number =
        let top = greatest axis x
        (x - top).exp().sum(axis).log() + top.squeeze axis

    /// <summary>exp xᵢ / Σ exp xⱼ along an axis.</summary>
    /// <remarks>DiffSharp's own subtracts the greatest element of all, not of each run.</remarks>
    let softmax (axis: int) (x: Number) : Number =
        let powers = (x - greatest axis x).exp()
        powers / powers.sum (axis, keepDim = true)

    /// <summary>(2/√π) ∫₀ˣ exp(-t²) dt.</summary>
    /// <remarks>DiffSharp has none, and nothing that it could be composed of: an operation of our own by DiffSharp's
    /// extension point, with our values; its derivative is composed of DiffSharp's operations.</remarks>
    let erf: Number -> Number =
        Number.Op
            { new UnaryOpElementwise("erf") with
                member _.fRaw x =
                    let x = Number.ofRawTensor x

                    (Number.toArray x |> Array.map Special.erf |> Number.ofArray (Number.shape x)).primalRaw

                member _.dfda(x, _) =
                    (-(x * x)).exp() * (2.0 / Math.Sqrt Math.PI)
            }
