namespace Hybrid.Properties

open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing
open Xunit

/// 1,500 random networks: each first activation with each loss and each kind of penalty, six of each.
type Networks() =
    static member Penalties = [ 0.0, 0.0; 0.1, 0.0; 0.0, 0.1; 0.05, 0.1; 0.01, 0.01 ]

    static member Cases =
        seq {
            for kind in NetworkCase.kinds do
                for loss in Loss.all do
                    for penalties in 0 .. Networks.Penalties.Length - 1 ->
                        [| kind :> obj; loss.Name :> obj; penalties :> obj |]
        }

    [<Theory; MemberData(nameof Networks.Cases)>]
    member _.``Random networks keep the laws``(kind: string, loss: string, penalties: int) =
        let arbitrary = NetworkCase.arbitrary kind loss Networks.Penalties[penalties]

        Prop.forAll arbitrary (fun case ->
            let row, values = NetworkCase.toRow case, NetworkCase.toCase case

            let complaints =
                NetworkLaws.all |> List.collect (fun law -> law.Complaints row values)

            complaints.IsEmpty
            |> Prop.label (complaints |> List.truncate 5 |> String.concat "\n"))
        |> checkCases 6
