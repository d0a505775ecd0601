/// What the tests of the core share: an engine, closeness, and small networks with known numbers.
module Hybrid.Tests.CoreTesting

open System
open Hybrid.Core
open Hybrid.Kernels
open Xunit

let engine = CpuEngine.Create(1, null)

/// Equal to within a tolerance, element by element.
let closeTo (tolerance: float) (expected: float seq) (actual: float seq) : unit =
    let expected, actual = Array.ofSeq expected, Array.ofSeq actual
    Assert.Equal(expected.Length, actual.Length)

    Array.iteri2
        (fun i (e: float) a ->
            Assert.True(Math.Abs(e - a) <= tolerance, $"Element {i} is {a:R}, not {e:R} ± {tolerance}."))
        expected
        actual

/// The tensor's values by definition, in double precision, are these.
let values (tolerance: float) (expected: float seq) (x: Tensor) : unit =
    closeTo tolerance expected (Reference.value x)

/// The action fails with this exception; its message holds all the parts.
let raisesWith<'error, 'result when 'error :> exn> (parts: string list) (action: unit -> 'result) : 'error =
    let error = Assert.Throws<'error>(fun () -> action () |> ignore)

    for part in parts do
        Assert.Contains(part, error.Message)

    error

let raises<'error, 'result when 'error :> exn> (parts: string list) (action: unit -> 'result) : unit =
    raisesWith<'error, 'result> parts action |> ignore

let matrix (rows: float list list) : Tensor =
    Tensor.constant [ rows.Length; rows.Head.Length ] (rows |> List.concat |> Array.ofList)

let vector (elements: float list) : Tensor =
    Tensor.constant [ elements.Length ] (Array.ofList elements)

/// Layers of neurons of these sizes, the input's first, with an activation between them.
let dense (activation: string) (sizes: int list) : Network = Dense.network activation 0UL sizes

let kinds (network: Network) : string list = network.Layers |> List.map _.Kind

/// Plain gradient descent on all examples at once.
let options (task: LearningTask) (loss: Loss) : StepOptions =
    { StepOptions.defaults task 1 with
        Loss = loss
        Optimizer = Optimizer.sgd
        LearningRate = 0.1
        Epochs = 1
    }

/// L-BFGS without any penalty, for one iteration.
let lbfgsOptions (task: LearningTask) (loss: Loss) : LbfgsOptions =
    {
        Task = task
        Loss = loss
        Regularizer = Regularizer.none
        Epochs = 1
        Patience = None
        ClassWeights = None
        Gradients = GradientSource.graph
    }

let examples (width: int) (features: float32 list) (targets: float32 list) : Examples =
    Examples.all width (Array.ofList features) (Array.ofList targets)

let train (options: StepOptions) (network: Network) (examples: Examples) : Epoch list =
    Training.epochs engine (fun () -> false) options network examples None
    |> List.ofSeq

/// The values of a network's parameter of this name.
let parameter (name: string) (network: Network) : float[] =
    Network.parameters network
    |> List.find (fst >> (=) name)
    |> snd
    |> Reference.value

/// All numbers of a network, to compare bit by bit.
let numbers (network: Network) : float[] =
    Network.parameters network |> List.map (snd >> Reference.value) |> Array.concat
