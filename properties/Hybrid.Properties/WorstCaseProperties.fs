/// What certified training learns from: propagated bounds, and the loss of the worst inputs.
module Hybrid.Properties.WorstCaseProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Properties.Boxes
open Hybrid.Testing

/// Double precision rounds sums of these sizes by less.
let private isAtMost (small: float) (large: float) =
    small <= large + 1e-9 * (1.0 + abs large)

/// Networks as they end in practice, in an affine layer, and others: the bounds of scores are then taken in another way.
let private ends (case: NetworkCase) =
    let network = NetworkCase.network case
    [ network; network >=> Activation.tanh ]

let private values (tensors: Tensor list) = Reference.evaluate [] tensors

let private features (case: NetworkCase) : float[] =
    NetworkCase.values case |> List.head |> snd |> Reference.value

let private box (case: NetworkCase) (salt: int) : ExampleBox =
    let radius =
        Random.uniforms (uint64 (case.Key + salt)) 2UL case.Inputs
        // some features stay as they are
        |> Array.map (fun u -> if u < 0.2 then 0.0 else u * u)

    {
        Radius = radius
        Range = if salt % 2 = 0 then Some(-0.5, 0.5) else None
    }

/// A point in a share of the box: corners and others.
let private moved (case: NetworkCase) (box: ExampleBox) (share: float) (salt: int) (x: float[]) : float[] =
    let draws = Random.uniforms (uint64 salt) 3UL x.Length

    Array.map2
        (fun u (i: int) ->
            let reach = share * box.Radius[i % case.Inputs]

            let y =
                if u < 0.3 then x[i] - reach
                elif u > 0.7 then x[i] + reach
                else x[i] + reach * (5.0 * u - 2.5)

            match box.Range with
            | Some(least, most) -> max (min x[i] least) (min (max x[i] most) y)
            | None -> y)
        draws
        [| 0 .. x.Length - 1 |]

let private complaints (case: NetworkCase) =
    let x = features case
    let shape = [ case.Examples; case.Inputs ]
    let center = Tensor.constant shape x
    let outputs = case.Outputs

    [
        for salt, share in [ 0, 1.0; 1, 1.0; 2, 0.3; 3, 0.0 ] do
            let box = box case salt

            let points =
                [
                    for point in 1..4 -> Tensor.constant shape (moved case box share (10 * salt + point) x)
                ]

            for network in ends case do
                for task, loss in
                    [
                        for loss in List.filter (fun (loss: Loss) -> loss.Grows) Loss.all do
                            if LossKind.isOfClasses loss.Kind then
                                Classification outputs, loss
                            elif loss = Loss.sigmoid then
                                MultiLabel outputs, loss
                            else
                                Regression outputs, loss
                    ] do
                    let target =
                        match task with
                        | Classification classes ->
                            Tensor.constant
                                [ case.Examples; 1 ]
                                (Array.init case.Examples (fun i -> float ((case.Key + i) % classes)))
                        | Regression _ ->
                            Tensor.constant
                                [ case.Examples; outputs ]
                                (Random.uniforms (uint64 case.Key) 4UL (case.Examples * outputs))
                        | MultiLabel _ ->
                            Tensor.constant
                                [ case.Examples; outputs ]
                                (Random.uniforms (uint64 case.Key) 4UL (case.Examples * outputs)
                                 |> Array.map round)

                    let worst =
                        WorstCase.losses task loss network box (Tensor.scalar share) center target

                    let each =
                        points
                        |> List.map (fun point ->
                            Loss.perExample task loss (Network.forward network point) target)

                    match values (worst :: each) with
                    | worst :: each ->
                        for losses in each do
                            if not (Array.forall2 isAtMost losses worst) then
                                $"{loss.Name}, share {share}: the loss %A{losses} exceeds the worst, %A{worst}"

                        // a box of one point has the loss of the point
                        if share = 0.0 && not (Array.forall2 isAtMost worst each.Head) then
                            $"{loss.Name}: the worst loss %A{worst} of a point exceeds its loss, %A{each.Head}"
                    | [] -> ()
    ]

/// The corners of the box around each example: every example moves the same way.
let private corners (case: NetworkCase) (box: ExampleBox) (x: float[]) : float[][] =
    Array.init (1 <<< case.Inputs) (fun corner ->
        x
        |> Array.mapi (fun i x ->
            let j = i % case.Inputs

            let y =
                if corner >>> j &&& 1 = 1 then
                    x + box.Radius[j]
                else
                    x - box.Radius[j]

            match box.Range with
            | Some(least, most) -> max (min x least) (min (max x most) y)
            | None -> y))

/// One affine layer with few inputs, for one quantity or two classes: the loss is convex.
let private affine (case: NetworkCase) =
    let case =
        { case with
            Hidden = []
            Noise = 0.0
            Inputs = min 4 case.Inputs
            Outputs = if case.Key % 2 = 0 then 1 else 2
        }

    let isQuantity = (case.Outputs = 1)
    let task = if isQuantity then Regression 1 else Classification 2
    let loss = if isQuantity then Loss.squared else Loss.softmax

    let target =
        Tensor.constant [ case.Examples; 1 ] (Array.init case.Examples (fun i -> float (i % 2)))

    case, task, loss, NetworkCase.network case, target

/// Complaints about the worst loss of one affine layer: it is that of a corner.
let private beyondCorners (case: NetworkCase) =
    let case, task, loss, network, target = affine case
    let x = features case

    let losses x =
        Loss.perExample
            task
            loss
            (Network.forward network (Tensor.constant [ case.Examples; case.Inputs ] x))
            target

    [
        for salt in 0..1 do
            let box = box case salt
            let center = Tensor.constant [ case.Examples; case.Inputs ] x

            match
                values (
                    WorstCase.losses task loss network box (Tensor.scalar 1.0) center target
                    :: (corners case box x |> Array.map losses |> List.ofArray)
                )
            with
            | worst :: each ->
                let greatest = List.reduce (Array.map2 max) each

                if not (Array.forall2 isAtMost worst greatest) then
                    $"{loss.Name}: the worst loss %A{worst} exceeds that of all corners, %A{greatest}"
            | [] -> ()
    ]

/// Complaints about an attack: it leaves its part of the box, lowers a convex loss, or the rest of the box around it has a worse loss
/// than the whole one.
let private attacks (case: NetworkCase) =
    let case, task, loss, network, target = affine case
    let x = features case
    let center = Tensor.constant [ case.Examples; case.Inputs ] x

    [
        for salt, inner in [ 0, 0.0; 1, 0.4; 2, 1.0; 3, 0.4 ] do
            let box = box case salt
            let share = Tensor.scalar (1.0 - inner)

            let attacked =
                WorstCase.attacked GradientSource.graph task loss network box share center target

            let losses x =
                Loss.perExample task loss (Network.forward network x) target

            let worst share x =
                WorstCase.losses task loss network box (Tensor.scalar share) x target

            match
                values
                    [
                        attacked
                        losses center
                        losses attacked
                        worst inner attacked
                        worst 1.0 center
                    ]
            with
            | [ attacked; before; after; inside; whole ] ->
                for i in 0 .. x.Length - 1 do
                    let reach = (1.0 - inner) * box.Radius[i % case.Inputs]

                    if not (isAtMost (abs (attacked[i] - x[i])) reach) then
                        $"feature {i} moved from {x[i]} to {attacked[i]}, farther than {reach}"

                if not (Array.forall2 isAtMost before after) then
                    $"{loss.Name}: the attack lowered the loss, from %A{before} to %A{after}"

                if not (Array.forall2 isAtMost inside whole) then
                    $"{loss.Name}: around the attack the worst loss is %A{inside}, in the whole box %A{whole}"
            | _ -> ()
    ]

[<Tests>]
let tests =
    testList
        "worst cases"
        [
            property
                "The worst loss of a box is at least that of each input in it, and equal for a single input"
                100
                networks
                (complaints >> withoutComplaints)

            property
                "The worst loss of an affine layer is that of a corner"
                100
                networks
                (beyondCorners >> withoutComplaints)

            property
                "An attack stays in the box, and never lowers the loss of an affine layer"
                100
                networks
                (attacks >> withoutComplaints)
        ]
