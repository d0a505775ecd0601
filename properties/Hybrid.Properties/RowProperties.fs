namespace Hybrid.Properties

open Hybrid.Testing
open Xunit

// xunit runs classes side by side, and the tests of one class after another: hence one class a family of laws.

type FirstDerivatives() =
    static member Cases = Table.under GradientLaws.all

    [<Theory; MemberData(nameof FirstDerivatives.Cases)>]
    member _.``Every row keeps the laws of first derivatives``(row: string, law: string) =
        Laws.holdTo (Laws.named law) 25 (Table.row row)

type SecondDerivatives() =
    static member Cases = Table.under CurvatureLaws.all

    [<Theory; MemberData(nameof SecondDerivatives.Cases)>]
    member _.``Every row keeps the laws of second derivatives``(row: string, law: string) =
        Laws.holdTo (Laws.named law) 25 (Table.row row)

type Bounds() =
    static member Cases = Table.under Laws.everywhere

    [<Theory; MemberData(nameof Bounds.Cases)>]
    member _.``Every row is enclosed``(row: string, law: string) =
        Laws.holdTo (Laws.named law) 50 (Table.row row)
