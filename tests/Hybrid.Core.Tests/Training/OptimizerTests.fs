module Hybrid.Tests.OptimizerTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

/// The formula of each optimizer for one number, in double precision: step count, parameter, gradient and what was
/// remembered, to the new parameter and what to remember. The rate is 0.1, λ is 0.5.
let private formulas: (string * (float -> float -> float -> float list -> float * float list)) list =
    let rate = 0.1

    let adam t p g (slots: float list) =
        let m, s = 0.9 * slots[0] + 0.1 * g, 0.999 * slots[1] + 0.001 * g * g
        let mean, square = m / (1.0 - Math.Pow(0.9, t)), s / (1.0 - Math.Pow(0.999, t))
        p - rate * mean / (sqrt square + 1e-8), [ m; s ]

    [
        "sgd", (fun _ p g _ -> p - rate * g, [])
        "momentum", (fun _ p g slots -> let v = 0.9 * slots[0] + g in p - rate * v, [ v ])
        "nesterov", (fun _ p g slots -> let v = 0.9 * slots[0] + g in p - rate * (g + 0.9 * v), [ v ])
        "rmsprop",
        (fun _ p g slots ->
            let s = 0.9 * slots[0] + 0.1 * g * g
            p - rate * g / (sqrt s + 1e-8), [ s ])
        "adagrad",
        (fun _ p g slots ->
            let s = slots[0] + g * g
            p - rate * g / (sqrt s + 1e-8), [ s ])
        "adam", adam
        "adamw", adam
    ]

let private lambda = 0.5

/// Two steps on one example, x = (1, 2) and t = 1, of w·x + b with the squared loss and an L2 penalty, by hand:
/// w₁, w₂, b and what is remembered of each.
let private byHand name =
    let update = formulas |> List.find (fst >> (=) name) |> snd
    let slots = List.replicate (Optimizer.named name).Slots 0.0

    let step (state: (float * float list) list) t =
        let p = List.map fst state
        let error = p[0] + 2.0 * p[1] + p[2] - 1.0
        let slopes = [ 2.0 * error; 4.0 * error; 2.0 * error ]

        List.mapi2
            (fun i (p, slots) slope ->
                let isWeight = i < 2

                if name = "adamw" then
                    update t (if isWeight then p * (1.0 - 0.1 * lambda) else p) slope slots
                else
                    update t p (if isWeight then slope + lambda * p else slope) slots)
            state
            slopes

    List.fold step [ 0.5, slots; -0.25, slots; 0.75, slots ] [ 1.0; 2.0 ]

let private network =
    Linear.network
        {
            Weight = matrix [ [ 0.5; -0.25 ] ]
            Bias = Some(vector [ 0.75 ])
        }

let private choices name =
    { options (Regression 1) Loss.squared with
        Optimizer = Optimizer.named name
        Regularizer = { Regularizer.none with L2 = lambda }
    }

let private flat (state: (float * float list) list) =
    [
        for p, _ in state do
            p
        for slot in 0 .. (snd state.Head).Length - 1 do
            for _, slots in state do
                slots[slot]
    ]

let private names (optimizer: Optimizer) =
    let ofSlot slot =
        [ "0.weight"; "0.bias" ]
        |> List.map (fun name -> if slot = 0 then name else Step.slotName name slot)

    List.collect ofSlot [ 0 .. optimizer.Slots ]

[<Theory>]
[<InlineData("sgd")>]
[<InlineData("momentum")>]
[<InlineData("nesterov")>]
[<InlineData("rmsprop")>]
[<InlineData("adagrad")>]
[<InlineData("adam")>]
[<InlineData("adamw")>]
let ``Two steps of each optimizer follow its formula`` (name: string) =
    let choices = choices name
    let _, updates = Step.graph choices false (Network.withInputs network) 2 1
    let fixed' = [ "x", [| 1.0; 2.0 |]; "target", [| 1.0 |]; "rate", [| 0.1 |] ]

    let start =
        names choices.Optimizer
        |> List.map (fun name ->
            match name with
            | "0.weight" -> name, [| 0.5; -0.25 |]
            | "0.bias" -> name, [| 0.75 |]
            | _ -> name, Array.zeroCreate (if name.StartsWith "0.weight" then 2 else 1))

    let step state t =
        let results =
            Reference.evaluate (("step", [| 0.0; t |]) :: fixed' @ state) (List.map snd updates)

        List.zip (List.map fst updates) results

    let reference = List.fold step start [ 0.0; 1.0 ]

    let result state =
        names choices.Optimizer
        |> List.map (fun name -> state |> List.find (fst >> (=) name) |> snd)
        |> Seq.concat

    closeTo 1e-14 (flat (byHand name)) (result reference)

    // the same through a plan, in single precision
    let state = Inference.state engine network

    for name, values in start do
        state[name] <- Array.map float32 values

    state["step"] <- [| 0f; 0f |]
    state["rate"] <- [| 0.1f |]
    let plan = Plan.compile engine state [] updates
    [| 1f; 2f |].CopyTo(plan.Input "x", 0)
    (plan.Input "target")[0] <- 1f

    for t in 0L .. 1L do
        Draw.write t state["step"]
        plan.Run()

    let planned =
        [ for name in names choices.Optimizer -> name, Array.map float state[name] ]

    closeTo 1e-5 (flat (byHand name)) (result planned)

[<Fact>]
let ``Every optimizer has its formula in the table above`` () =
    Assert.Equal<string list>(List.map fst formulas, Optimizer.all |> List.map _.Name)

[<Fact>]
let ``Gradients whose joint length exceeds the bound are scaled to it`` () =
    let gradients bound =
        Optimizer.clip bound [ vector [ 3.0; 0.0 ]; vector [ -4.0 ] ]
        |> List.map Reference.value
        |> Array.concat

    closeTo 1e-15 [ 0.6; 0.0; -0.8 ] (gradients 1.0)
    closeTo 1e-15 [ 3.0; 0.0; -4.0 ] (gradients 10.0)

[<Fact>]
let ``Zero gradients stay zero under a bound`` () =
    Optimizer.clip 1.0 [ vector [ 0.0 ] ] |> List.exactlyOne |> values 0.0 [ 0.0 ]

[<Fact>]
let ``An optimizer that does not exist is an error that lists those that do`` () =
    raises<HybridException, _> ("«lion»" :: (Optimizer.all |> List.map _.Name)) (fun () ->
        Optimizer.named "lion")
