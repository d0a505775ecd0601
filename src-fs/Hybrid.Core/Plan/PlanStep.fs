namespace Hybrid.Core

open System
open System.Collections.Generic

/// One step of a plan: a profile consists of these.
[<NoComparison; ReferenceEquality>]
type internal PlanStep =
    {
        /// What it does, such as "MatMul 128×784×256, Add, Relu".
        Name: string
        /// The number of products of two numbers that it adds up.
        MultiplyAdds: int64
        /// How many numbers it reads from and writes to memory, each counted once.
        Numbers: int64
        Run: Action
    }

module internal PlanStep =
    let private size (x: Tensor) = int64 (Shape.size x.Shape)

    let private sizes (m: int) (k: int) (n: int) =
        string m + "×" + string k + "×" + string n

    let private nameOf (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(_, _, m, k, n)
                },
                _) -> "MatMul " + sizes m k n
        | Apply({
                    Name = name
                    Kernel = Kernel.IntegerProduct product
                },
                _) -> name + " " + sizes product.Rows product.Depth product.Outputs
        | Apply({
                    Name = name
                    Kernel = Kernel.PatchProduct product
                },
                _) -> name + " " + sizes product.Patches.Count product.Patches.Size product.Outputs
        | Apply(primitive, _) -> primitive.Name
        | Input name -> name
        | Constant _ -> "Constant"

    let private multiplyAdds (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(_, _, m, k, n)
                },
                _) -> int64 m * int64 k * int64 n
        | Apply({
                    Kernel = Kernel.IntegerProduct product
                },
                _) -> product.MultiplyAdds
        | Apply({ Kernel = Kernel.PatchProduct product }, _) -> product.MultiplyAdds
        | _ -> 0L

    /// The step of a call with these results.
    let ofCall (call: Call) (results: Tensor list) (run: Action) : PlanStep =
        let nodes =
            [
                if call.IsProduct || not call.IsChain then
                    call.First

                yield! call.Nodes
                yield! ValueOption.toList call.Pool
            ]

        {
            Name = String.Join(", ", List.map nameOf nodes)
            MultiplyAdds = multiplyAdds call.First
            Numbers =
                (HashSet(Calls.reads call |> List.map _.Tensor, HashIdentity.Reference)
                 |> Seq.sumBy size)
                + List.sumBy size results
            Run = run
        }

    /// A step that only moves numbers.
    let ofCopy (source: Tensor) (run: Action) : PlanStep =
        {
            Name = "Copy"
            MultiplyAdds = 0L
            Numbers = 2L * size source
            Run = run
        }
