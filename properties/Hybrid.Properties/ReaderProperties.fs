namespace Hybrid.Properties

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
    member _.``Random graphs keep the laws of second derivatives``() =
        GraphCase.toProperty CurvatureLaws.all |> checkCases 200

    [<Fact>]
    member _.``Random graphs are enclosed``() =
        GraphCase.toProperty Laws.everywhere |> checkCases 300
