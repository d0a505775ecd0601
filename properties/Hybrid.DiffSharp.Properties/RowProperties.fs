namespace Hybrid.DiffSharp.Properties

open Hybrid.Properties
open Hybrid.Testing
open Xunit

type Rows() =
    static member Cases = Table.under DiffSharpLaws.all

    [<Theory; MemberData(nameof Rows.Cases)>]
    member _.``DiffSharp agrees on every row``(row: string, law: string) =
        let row = Table.row row
        checkCases 25 (Law.toProperty (DiffSharpLaws.named law) row (Cases.smooth row))

type Graphs() =
    [<Fact>]
    member _.``DiffSharp agrees on random graphs``() =
        checkCases 200 (GraphCase.toProperty DiffSharpLaws.all)
