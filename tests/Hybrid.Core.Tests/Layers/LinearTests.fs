module Hybrid.Tests.LinearTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Each row of the weight is a neuron`` () =
    let linear =
        {
            Weight = matrix [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]
            Bias = Some(vector [ 0.5; -0.5 ])
        }

    let x = matrix [ [ 1.0; 0.0; -1.0 ]; [ 2.0; 2.0; 2.0 ] ]
    values 0.0 [ -1.5; -2.5; 12.5; 29.5 ] (Linear.forward linear x)

[<Theory;
  InlineData(0, 3, "inputs");
  InlineData(-1, 3, "inputs");
  InlineData(3, 0, "outputs");
  InlineData(3, -2, "outputs")>]
let ``A size below 1 is an error that names it`` (inputs: int) (outputs: int) (size: string) =
    for make in [ Linear.create He 1UL; Linear.zeros ] do
        Assert.Throws<ArgumentOutOfRangeException>(size, (fun () -> make inputs outputs |> ignore))
        |> ignore
