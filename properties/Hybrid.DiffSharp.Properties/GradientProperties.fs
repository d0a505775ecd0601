/// DiffSharp's gradients in place of ours.
module Hybrid.DiffSharp.Properties.GradientProperties

open Expecto
open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.DiffSharp
open Hybrid.Properties
open Hybrid.Testing

let private x = Tensor.input "x" [ 3 ]

let private given = [ "x", [| 0.5; -1.0; 2.0 |] ]

let private close (expected: float[]) (actual: float[]) =
    Expect.equal (Law.differEach "number" 1e-12 1e-12 actual expected) [] "the numbers"

let private gradients inputs output sources =
    DiffSharpGradient.gradient output sources |> Reference.evaluate inputs

/// The loss of a small classifier, as a function of its input and parameters.
let private trace =
    let case =
        {
            Key = 5
            Examples = 4
            Inputs = 3
            Hidden = [ 5, "tanh"; 4, "relu" ]
            Outputs = 3
            Loss = Loss.softmax.Name
            L1 = 0.0
            L2 = 0.1
            Dropout = 0.3
            Noise = 0.0
        }

    Trace.ofCase (NetworkCase.toRow case) (NetworkCase.toCase case)

/// Twenty epochs of training on a float32 engine: the losses, and the final parameters.
let private train (optimizer: Optimizer) (gradients: GradientSource) =
    let network =
        Linear.network (Linear.create He 1UL 2 6)
        >=> Activation.tanh
        >=> Dropout.network 0.2
        >=> Linear.network (Linear.create Glorot 2UL 6 3)

    let examples =
        Examples.all 2 (Random.normals 3UL 40 |> Array.map float32) (Array.init 20 (fun i -> float32 (i % 3)))

    let options =
        {
            Task = Classification 3
            Loss = Loss.softmax
            Regularizer =
                {
                    L1 = 0.001
                    L2 = 0.01
                    MaxNorm = Some 3.0
                }
            Optimizer = optimizer
            Schedule = Schedule.constant
            LearningRate = 0.01
            ClipNorm = Some 1.0
            BatchSize = 8
            Epochs = 20
            Patience = None
            ClassWeights = Some [| 1f; 2f; 3f |]
            Gradients = gradients
            Key = 4UL
        }

    let epochs =
        Training.epochs ReferenceKernels.Engine (fun () -> false) options network examples None
        |> List.ofSeq

    let parameters =
        Network.parameters (List.last epochs).Network
        |> List.map (snd >> Reference.value)
        |> Array.concat

    epochs |> List.map _.TrainingLoss |> Array.ofList, parameters

[<Tests>]
let tests =
    testList
        "gradient"
        [
            testCase "The gradient with respect to an inner node is that of the nodes after it" (fun () ->
                let inner = x * x
                let output = Tensor.sumAll (5.0 * inner)
                let gradients = gradients given output [ inner; x; x ]
                close [| 5.0; 5.0; 5.0 |] gradients[0]
                close [| 5.0; -10.0; 20.0 |] gradients[1]
                close gradients[1] gradients[2])

            // DiffSharp does not copy the numbers, so operand and result share one tensor
            testCase "A node that only repeats its operand has a separate gradient" (fun () ->
                let single = Tensor.reshape [ 1; 1 ] (Tensor.slice 0 0 1 x)
                let turned = Tensor.permute [ 1; 0 ] single
                let output = Tensor.sumAll (2.0 * turned + 3.0 * single)

                List.iter2
                    close
                    (Derivative.gradient output [ single; turned ] |> Reference.evaluate given)
                    (gradients given output [ single; turned ]))

            testCase "A tensor that the output does not depend on has gradient zero" (fun () ->
                let other = Tensor.input "other" [ 2; 2 ]
                let given = ("other", Array.create 4 1.0) :: given

                for output in [ Tensor.sumAll x; Tensor.scalar 1.0; Tensor.sumAll (Tensor.sign other) ] do
                    gradients given output [ other ]
                    |> List.exactlyOne
                    |> close (Array.zeroCreate 4))

            testCase "The branch that is not selected leaves no trace" (fun () ->
                let output = Tensor.sumAll (Tensor.select (Tensor.step x) (Tensor.sqrt x) (-x))

                close
                    [| sqrt 0.5 + 1.0 + sqrt 2.0 |]
                    (Reference.evaluate given [ DiffSharpGradient.retraced output [ x ] ]
                     |> List.exactlyOne))

            testCase "A power of a non-positive base has the defined derivatives in both operands" (fun () ->
                let b = Tensor.input "b" [ 3 ]
                let given = ("b", [| 2.0; 2.0; 3.0 |]) :: given
                let output = Tensor.sumAll (Tensor.power x b)

                List.zip
                    (Reference.evaluate given (Derivative.gradient output [ x; b ]))
                    (gradients given output [ x; b ])
                |> List.iter (fun (expected, actual) -> close expected actual))

            testCase "The gradient of a non-scalar raises the same error as ours" (fun () ->
                for output in [ x; Tensor.argMax 0 x ] do
                    let refusal gradient =
                        try
                            gradient output [ x ] |> ignore
                            failtest "the gradient of a non-scalar did not raise an error"
                        with :? NotDifferentiableException as error ->
                            error.Message

                    Expect.equal
                        (refusal DiffSharpGradient.gradient)
                        (refusal Derivative.gradient)
                        "the message")

            testCase "A deep graph does not overflow the stack" (fun () ->
                let deep = Seq.fold (fun y _ -> y + 1e-3 * x) x [ 1..20000 ]
                let gradient = gradients given (Tensor.sumAll deep) [ x ]
                close [| 21.0; 21.0; 21.0 |] (List.exactlyOne gradient))

            testCase "Gradients as nodes of the graph are read like any other" (fun () ->
                let both source =
                    Trace.evaluate trace (source trace.Output trace.Leaves)

                let ours = both Derivative.gradient
                let theirs = both DiffSharpGradient.gradient
                List.iter2 close ours theirs)

            testList
                "Training is the same with either source, up to float32 rounding"
                [
                    for optimizer in [ Optimizer.sgd; Optimizer.adam ] ->
                        testCase optimizer.Name (fun () ->
                            let losses, parameters = train optimizer GradientSource.graph
                            let losses', parameters' = train optimizer DiffSharpGradient.source
                            Expect.equal (Law.differEach "loss" 1e-4 1e-5 losses' losses) [] "the losses"

                            Expect.equal
                                (Law.differEach "parameter" 1e-4 1e-5 parameters' parameters)
                                []
                                "the parameters"

                            Expect.isLessThan (Array.last losses) (Array.head losses) "the last loss")
                ]

            testCase "A gradient has bounds and can be differentiated again" (fun () ->
                let gradient =
                    DiffSharpGradient.gradient (Tensor.sumAll (x * x * x)) [ x ] |> List.exactlyOne

                let values = [| 0.75; 3.0; 12.0 |]
                close values (Reference.evaluate given [ gradient ] |> List.exactlyOne)

                let second = Derivative.gradient (Tensor.sumAll gradient) [ x ]
                close [| 3.0; -6.0; 12.0 |] (Reference.evaluate given second |> List.exactlyOne)

                let points =
                    given
                    |> List.map (fun (name, values) -> name, Array.map Interval.exactly values)

                Enclosure.evaluate points [ gradient ]
                |> List.exactlyOne
                |> Array.iter2
                    (fun value interval -> Expect.isTrue (Interval.contains value interval) $"{interval}")
                    values)

            testCase "The gradient check accepts DiffSharp's gradients in place of ours" (fun () ->
                let network =
                    Linear.network (Linear.create Glorot 1UL 3 5)
                    >=> Activation.tanh
                    >=> Linear.network (Linear.create Glorot 2UL 5 3)

                let examples =
                    Examples.all
                        3
                        (Random.normals 3UL 24 |> Array.map float32)
                        (Array.init 8 (fun i -> float32 (i % 3)))

                let check source =
                    GradientCheck.ofNetwork source 1UL 0 0 (Classification 3) Loss.softmax network examples

                let report = check DiffSharpGradient.source

                Expect.equal
                    report.Checked
                    (Network.parameterCount network)
                    "the number of parameters checked"

                Expect.isBetween report.MaxRelativeError 0.0 1e-7 "the error"

                let wrong =
                    { DiffSharpGradient.source with
                        Gradient =
                            fun loss parameters ->
                                DiffSharpGradient.source.Gradient loss parameters
                                |> List.map (fun g -> 1.01 * g)
                    }

                Expect.isBetween (check wrong).MaxRelativeError 5e-3 2e-2 "the error of wrong gradients")
        ]
