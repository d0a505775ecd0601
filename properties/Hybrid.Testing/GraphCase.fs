namespace Hybrid.Testing

open System.Collections.Generic
open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// <summary>A random graph, as plain data: square matrices, and steps that each compute a further one from two existing
/// ones.</summary>
type GraphCase =
    {
        /// The number of rows and columns of every matrix.
        Size: int
        /// The elements of the leaves, row-major.
        Leaves: float list list
        /// An operation by its name, and the positions of its operands among the matrices so far, modulo their number.
        Steps: (string * int * int) list
    }

module GraphCase =
    let private square (x: Tensor) = x.Shape[0]
    let private stretched axis (x: Tensor) reduced = Tensor.spread axis x.Shape reduced

    let private draw =
        {
            Key = 5UL
            Step = Tensor.constant [ 2 ] [| 0.0; 9.0 |]
        }

    /// Operations on two square matrices, by name; results stay moderate, and all primitives occur.
    let operations: (string * (Tensor -> Tensor -> Tensor)) list =
        [
            "add", (fun a b -> a + b)
            "subtract", (fun a b -> a - b)
            "multiply", (fun a b -> a * b)
            "divide", (fun a b -> a / (1.0 + b * b))
            "negate", (fun a _ -> -a)
            "exp", (fun a _ -> Tensor.exp (-a * a))
            "log", (fun a b -> Tensor.log (0.5 + a * a + b * b))
            "sqrt", (fun a b -> Tensor.sqrt (0.5 + a * a + b * b))
            "sin", (fun a _ -> Tensor.sin a)
            "cos", (fun a _ -> Tensor.cos a)
            "variable", (fun a _ -> Gradient.vjp Tensor.sin a |> fst)
            "tanh", (fun a _ -> Tensor.tanh a)
            "sigmoid", (fun a _ -> Tensor.sigmoid a)
            "softplus", (fun a _ -> Tensor.softplus a)
            "erf", (fun a _ -> Tensor.erf a)
            "abs", (fun a _ -> Tensor.abs a)
            "sign", (fun a b -> Tensor.sign a * b)
            "round", (fun a b -> Tensor.round (3.0 * a) + b)
            "step", (fun a b -> Tensor.step a * b)
            "relu", (fun a _ -> Tensor.relu a)
            "isNaN", (fun a b -> Tensor.isNaN a + b)
            "maximum", Tensor.maximum
            "minimum", Tensor.minimum
            "power", (fun a b -> Tensor.power (0.5 + Tensor.sigmoid a) (Tensor.tanh b))
            "powerOrZero", (fun a b -> Tensor.powerOrZero (0.5 + Tensor.sigmoid a) (Tensor.tanh b))
            "greater", (fun a b -> Tensor.greater a b * a)
            "equal", (fun a b -> Tensor.equal (Tensor.step a) (Tensor.step b) * a)
            "select", (fun a b -> Tensor.select (Tensor.step a) b (a * b))
            "sum", (fun a b -> a * stretched 0 a (Tensor.mean 0 b))
            "sumAll", (fun a b -> a + Tensor.meanAll b)
            "max", (fun a b -> a - stretched 1 a (Tensor.max 1 b))
            "argMax", (fun a b -> a * stretched 0 a (Tensor.argMax 0 b))
            "logSumExp", (fun a b -> b + stretched 1 a (Tensor.logSumExp 1 a))
            "softmax", (fun a b -> b * Tensor.softmax 0 a)
            "matmul", (fun a b -> a *@ b / float (square a))
            "matmul of a transposed one", (fun a b -> Tensor.transpose a *@ b / float (square a))
            "matmul by a transposed one", (fun a b -> a *@ Tensor.transpose b / float (square a))
            "transpose", (fun a _ -> Tensor.transpose a)
            "reshape", (fun a b -> a * Tensor.reshape a.Shape (Tensor.reshape [ Shape.size b.Shape ] b))
            "row", (fun a b -> a + Tensor.slice 0 0 1 b)
            "column", (fun a b -> a * Tensor.slice 1 (square b - 1) 1 b)
            "rotation",
            fun a b ->
                let n = square a

                if n = 1 then
                    a
                else
                    Tensor.concat 0 [ Tensor.slice 0 (n - 1) 1 a; Tensor.slice 0 0 (n - 1) b ]
            "gather", (fun a b -> Tensor.gather b (Tensor.argMax 1 a))
            "scatterAdd",
            (fun a b -> a + Tensor.scatterAdd (square a) (Tensor.argMax 0 a) b / float (square a))
            "pad",
            fun a b ->
                let n = square a

                if n = 1 then
                    a
                else
                    a + Tensor.pad [ struct (1, 0); struct (0, 0) ] (Tensor.slice 0 0 (n - 1) b)
            "windows",
            fun a b ->
                let windows =
                    Tensor.pad [ struct (0, 0); struct (1, 1) ] b
                    |> Tensor.windows [ Window.create 3 1 ]

                a * Tensor.mean 2 windows
            "overlapAdd",
            fun a b ->
                let n = square a
                let windows = [ Window.create 2 1 ]

                Tensor.pad [ struct (0, 0); struct (0, 1) ] b
                |> Tensor.windows windows
                |> Tensor.sin
                |> Tensor.overlapAdd windows [ n + 1 ]
                |> Tensor.slice 1 0 n
                |> Tensor.add a
            "uniform", (fun a _ -> a * Draw.uniform a.Shape draw)
        ]

    /// The matrices that nothing else uses, for leaves.
    let private ends (case: GraphCase) (leaves: Tensor list) : Tensor list =
        let make (made: Tensor list) (name, first, second) =
            let pick i = made[i % made.Length]
            // the newest one is first
            (operations |> List.find (fst >> (=) name) |> snd) (pick first) (pick second)
            :: made

        let made = List.fold make (List.rev leaves) case.Steps
        let used = Graph.order made |> Seq.collect Graph.operands |> HashSet
        made |> List.filter (used.Contains >> not)

    /// A row that consists of the whole graph: its result is all outputs, concatenated.
    let toRow (case: GraphCase) : Row =
        {
            Name = "a random graph"
            Extents = 0
            Operands = fun _ -> case.Leaves |> List.map (fun _ -> Operand.any [ case.Size; case.Size ])
            Build = ends case >> Tensor.concat 0
            Linear = false
            Covers = Set.empty
        }

    /// The values of the graph's leaves, as a case of its row.
    let toCase (case: GraphCase) : Case = { Extents = []; Values = case.Leaves }

    let private isTame (case: GraphCase) =
        let struct (nearest, largest) =
            Trace.margin (Trace.ofCase (toRow case) (toCase case))

        nearest >= 1e-3 && largest < 30.0

    let private generator: Gen<GraphCase> =
        gen {
            let! size = Gen.choose (1, 3)
            let! leaves = Gen.choose (1, 3)
            let! values = Operand.values (Operand.any [ size; size ]) |> Gen.listOfLength leaves
            let! count = Gen.choose (1, 12)
            let place = Gen.choose (0, 6)

            let! steps =
                Gen.zip3 (Gen.elements (List.map fst operations)) place place
                |> Gen.listOfLength count

            return
                {
                    Size = size
                    Leaves = values
                    Steps = steps
                }
        }

    let private smaller (case: GraphCase) : GraphCase seq =
        seq {
            for i in 0 .. case.Steps.Length - 1 do
                { case with
                    Steps = List.removeAt i case.Steps
                }

            if case.Leaves.Length > 1 then
                { case with Leaves = case.Leaves.Tail }

            if case.Size > 1 then
                let less = case.Size - 1

                let crop (leaf: float list) =
                    [
                        for i in 0 .. less - 1 do
                            for j in 0 .. less - 1 -> leaf[i * case.Size + j]
                    ]

                { case with
                    Size = less
                    Leaves = List.map crop case.Leaves
                }

            for i, (name, first, second) in List.indexed case.Steps do
                for first', second' in [ 0, second; first, 0 ] do
                    if (first', second') <> (first, second) then
                        { case with
                            Steps = List.updateAt i (name, first', second') case.Steps
                        }

            let operand = Operand.any [ case.Size; case.Size ]

            for place, leaf in List.indexed case.Leaves do
                for i, x in List.indexed leaf do
                    for simpler in Operand.simpler operand x do
                        { case with
                            Leaves = List.updateAt place (List.updateAt i simpler leaf) case.Leaves
                        }
        }

    /// Random graphs of moderate numbers, away from all kinks.
    let arbitrary: Arbitrary<GraphCase> =
        Arb.fromGenShrink (Gen.where isTame generator, smaller >> Seq.filter isTame)

    /// The complaints of laws about a graph, each with the name of its law.
    let complaints (laws: Law list) (case: GraphCase) : string list =
        laws
        |> List.collect (fun law ->
            law.Complaints (toRow case) (toCase case)
            |> List.map (fun complaint -> $"{law.Name}: {complaint}"))

    /// Laws as a property of random graphs.
    let toProperty (laws: Law list) : Property =
        Prop.forAll arbitrary (fun case ->
            let complaints = complaints laws case

            complaints.IsEmpty
            |> Prop.label (complaints |> List.truncate 5 |> String.concat "\n"))
