namespace Hybrid.DiffSharp.Properties

open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing
open Xunit

/// Random networks: each first activation with each loss.
type Networks() =
    static member Cases =
        seq {
            for kind in NetworkCase.kinds do
                for loss in Loss.all -> [| kind :> obj; loss.Name :> obj |]
        }

    [<Theory; MemberData(nameof Networks.Cases)>]
    member _.``DiffSharp agrees on random networks``(kind: string, loss: string) =
        Prop.forAll (NetworkCase.arbitrary kind loss (0.05, 0.1)) (fun case ->
            let row, values = NetworkCase.toRow case, NetworkCase.toCase case

            let complaints =
                [ DiffSharpLaws.values; DiffSharpLaws.gradients ]
                |> List.collect (fun law -> law.Complaints row values)

            complaints.IsEmpty
            |> Prop.label (complaints |> List.truncate 5 |> String.concat "\n"))
        |> checkCases 10
