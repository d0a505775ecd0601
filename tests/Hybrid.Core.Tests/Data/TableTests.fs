module Hybrid.Tests.TableTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private iris = BuiltIn.iris ()

[<Fact>]
let ``A subset has the requested rows, in their order`` () =
    let part = Table.subset [| 149; 0; 0 |] iris
    Assert.Equal(3, part.Examples)

    Assert.Equal<float32[]>(
        [| 5.9f; 3.0f; 5.1f; 1.8f; 5.1f; 3.5f; 1.4f; 0.2f; 5.1f; 3.5f; 1.4f; 0.2f |],
        part.Features
    )

    Assert.Equal<int[]>([| 2; 0; 0 |], labels part)

[<Fact>]
let ``An index without an example is an error`` () =
    Assert.Throws<ArgumentOutOfRangeException>(fun () -> Table.subset [| 150 |] iris |> ignore)
    |> ignore

[<Fact>]
let ``Data for a model must have its columns and classes`` () =
    let schema = Schema.ofTable iris

    let withClasses names =
        { schema with
            Targets =
                [|
                    {
                        Name = "species"
                        Kind = Category names
                    }
                |]
        }

    let turned = withClasses [| "virginica"; "setosa"; "versicolor" |]
    let batch = Table.forSchema turned iris

    Assert.Equal(
        Some(Classes(turned.Classes.Value, labels iris |> Array.map (fun label -> (label + 1) % 3))),
        batch.Target
    )

    failsWith [ "iris"; "lacks 64 columns of the model: p" ] (fun () ->
        Table.forSchema (Schema.ofTable (BuiltIn.digits ())) iris)

    failsWith [ "the class «virginica»"; "setosa, versicolor" ] (fun () ->
        Table.forSchema (withClasses [| "setosa"; "versicolor" |]) iris)

    failsWith [ "predicts a quantity" ] (fun () ->
        Table.forSchema
            { schema with
                Targets = [| Column.numeric "species" |]
            }
            iris)
