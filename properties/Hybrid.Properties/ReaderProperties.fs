namespace Hybrid.Properties

open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing
open Xunit

type RowReaders() =
    static member Cases =
        seq {
            for engine in Engines.all do
                for row in Table.rows -> [| engine.Name :> obj; row.Name :> obj |]
        }

    [<Theory; MemberData(nameof RowReaders.Cases)>]
    member _.``On every row, eager = reference and plan = eager``(engine: string, row: string) =
        for law in ReaderLaws.all (Engines.named engine) do
            Laws.holdTo law 15 (Table.row row)

type GraphReaders() =
    static member Engines = Engines.all |> List.map (fun engine -> [| engine.Name :> obj |])

    [<Theory; MemberData(nameof GraphReaders.Engines)>]
    member _.``On random graphs, eager = reference and plan = eager``(engine: string) =
        GraphCase.toProperty (ReaderLaws.all (Engines.named engine)) |> checkCases 300

type Graphs() =
    [<Fact>]
    member _.``Random graphs keep the laws of first derivatives``() =
        GraphCase.toProperty GradientLaws.all |> checkCases 500

    [<Fact>]
    member _.``Forward and reverse mode are dual with respect to tensors inside a graph, too``() =
        Prop.forAll GraphCase.arbitrary (fun case ->
            let trace = Trace.ofCase (GraphCase.toRow case) (GraphCase.toCase case)
            // every node is a source: what reaches the output by way of another source counts as well
            let sources = Graph.order [ trace.Output ] |> List.ofArray
            let u = Law.directionOf 90 trace.Output.Shape
            let v = sources |> List.mapi (fun i source -> Law.directionOf (91 + i) source.Shape)
            let forward = Derivative.forward trace.Output (List.zip sources v)
            let back = Derivative.reverse trace.Output u sources

            let values =
                Tensor.sumAll (u * forward)
                :: List.map2 (fun (g: Tensor) v -> Tensor.sumAll (g * v)) back v
                |> Trace.evaluate trace
                |> List.map Array.exactlyOne

            let size = values |> List.sumBy abs

            let complaints =
                Law.differ "uᵀ(Jv)" (1e-12 * (1.0 + size)) values.Head (List.sum values.Tail)

            complaints.IsEmpty |> Prop.label (String.concat "\n" complaints))
        |> checkCases 300

    [<Fact>]
    member _.``Random graphs keep the laws of second derivatives``() =
        GraphCase.toProperty CurvatureLaws.all |> checkCases 200

    [<Fact>]
    member _.``Random graphs are enclosed``() =
        GraphCase.toProperty Laws.everywhere |> checkCases 300
