namespace Hybrid.DiffSharp

open System
open DiffSharp
open Hybrid.Core

/// Operations that DiffSharp 1.0.7 lacks, or defines differently, composed of operations that it has.
module Compositions =
    /// A raw tensor operation in DiffSharp's style on raw tensors, which are nodes.
    let private node (x: Backends.RawTensor) = Number.toNode (Number.ofRawTensor x)

    let private raw (x: Tensor) = (Number.ofNode x).primalRaw

    /// <summary>a where the condition is not 0, else b.</summary>
    /// <remarks>DiffSharp has no such operation: this one uses its extension point, and its derivatives are selections too. Masks
    /// would not do, since 0 · NaN is not 0.</remarks>
    let rec select (condition: Number) (a: Number) (b: Number) : Number =
        let condition = condition.noDiff ()
        let chosen (x: Number) = select condition x (x.zerosLike ())
        let other (x: Number) = select condition (x.zerosLike ()) x

        Number.Op
            { new BinaryOp("select") with
                member _.fRaw(a, b) =
                    raw (Tensor.select (Number.toNode condition) (node a) (node b))

                member _.ad_dfda(_, ad, _, _) = chosen ad
                member _.bd_dfdb(_, _, bd, _) = other bd
                member _.fd_dfda(_, _, _, fd) = chosen fd
                member _.fd_dfdb(_, _, _, fd) = other fd
            }
            (a, b)

    /// <summary>Rows of a table by their indices.</summary>
    /// <remarks>DiffSharp's own takes one index per element. This one uses the extension point of functions of one number, the
    /// table; its derivatives gather and add up rows.</remarks>
    let rec gather (index: Number) (table: Number) : Number =
        let index = index.noDiff ()
        let rows = table.shape[0]

        Number.Op
            { new UnaryOp("gather") with
                member _.fRaw table =
                    raw (Tensor.gather (node table) (Number.toNode index))

                member _.ad_dfda(_, ad, _) = gather index ad
                member _.fd_dfda(_, _, fd) = scatterAdd rows index fd
            }
            table

    /// The sum of the values of each row: the adjoint of gather.
    and scatterAdd (rows: int) (index: Number) (values: Number) : Number =
        let index = index.noDiff ()

        Number.Op
            { new UnaryOp("scatterAdd") with
                member _.fRaw values =
                    raw (Tensor.scatterAdd rows (Number.toNode index) (node values))

                member _.ad_dfda(_, ad, _) = scatterAdd rows index ad
                member _.fd_dfda(_, _, fd) = gather index fd
            }
            values

    /// 1 where a > b, else 0.
    let greater (a: Number) (b: Number) : Number = Number.ofComparison (a.gt b)

    /// The maximum of each two, the first if they are equal. DiffSharp's own is ((a + b) + |b - a|) / 2, which rounds.
    let maximum (a: Number) (b: Number) : Number = select (greater b a) b a

    /// The minimum of each two, the first if they are equal. DiffSharp's own is ((a + b) - |a - b|) / 2, which rounds.
    let minimum (a: Number) (b: Number) : Number = select (greater a b) b a

    /// <summary>a to the power b; the derivative with respect to b is 0 where a is not positive.</summary>
    /// <remarks>DiffSharp's derivative is aᵇ log a, which is NaN there. Here the power treats b as a constant, and is multiplied
    /// by exp((b - b₀) log a), which is 1 and has the derivative log a.</remarks>
    let power (a: Number) (b: Number) : Number =
        if b.isReverseDiff then
            let positive = a.noDiff ()

            let base' =
                select (greater positive (positive.zerosLike ())) positive (positive.onesLike ())

            a.pow (b.noDiff ()) * ((b - b.noDiff ()) * base'.log ()).exp()
        else
            a.pow b

    /// a to the power b, but 0 with the derivative 0 where a is 0 and b negative.
    let powerOrZero (a: Number) (b: Number) : Number =
        let size, exponent = a.noDiff().abs(), b.noDiff ()

        let vanishes =
            greater (exponent.zerosLike ()) exponent
            * (size.onesLike () - greater size (size.zerosLike ()))

        select vanishes (a.zerosLike ()) (power (select vanishes (a.onesLike ()) a) b)

    /// <summary>exp(x - log Σ exp x) along an axis, and log Σ exp x with the axis kept, a constant.</summary>
    /// <remarks>DiffSharp's version subtracts the maximum of all elements, not of each run, so a run of much smaller elements is
    /// lost. Any constant that is subtracted cancels out: the graph's log Σ exp x is available.</remarks>
    let private powers (axis: int) (x: Number) : struct (Number * Number) =
        let shift = Number.ofNode(Tensor.logSumExp axis (Number.toNode x)).unsqueeze axis
        (x - shift).exp(), shift

    /// <summary>log Σ exp x along an axis, which is left out of the result.</summary>
    /// <remarks>DiffSharp's version loses runs of much smaller elements, see powers, and adds 10⁻⁴⁵ to the sum.</remarks>
    let logSumExp (axis: int) (x: Number) : Number =
        let struct (powers, shift) = powers axis x
        powers.sum(axis).log() + shift.squeeze axis

    /// exp xᵢ / Σ exp xⱼ along an axis.
    let softmax (axis: int) (x: Number) : Number =
        let struct (powers, _) = powers axis x
        powers / powers.sum (axis, keepDim = true)

    /// <summary>(2/√π) ∫₀ˣ exp(-t²) dt.</summary>
    /// <remarks>DiffSharp has no such function, and nothing to compose it of: this operation uses its extension point and the
    /// graph's node; its derivative is composed of DiffSharp's operations.</remarks>
    let erf: Number -> Number =
        Number.Op
            { new UnaryOpElementwise("erf") with
                member _.fRaw x = raw (Tensor.erf (node x))

                member _.dfda(x, _) =
                    (-(x * x)).exp() * (2.0 / Math.Sqrt Math.PI)
            }
