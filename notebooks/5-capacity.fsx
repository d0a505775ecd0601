(**
# 5. Capacity and regularisation

How large should a network be? A larger one can express more, which is a blessing on complicated data and a curse on noisy data.
The lecture's answer surprises at first: do not make it small, make it as large as you can afford and regularise. In this
notebook we see the curse, then the cure, and then the reason for the advice.
*)
#load "load.fsx"

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Data
open Hybrid.Figures
open Load
(**
## Noisy points

We need data that a network can learn by heart to its own harm: two half moons, with so much noise that they overlap. Sixty points
are for training, and 2,000 others tell us the truth.
*)
let moons seed count =
    Table.examples (Generators.generate Generators.moons seed count 0.35)

let points = moons 2UL 60
let others = moons 3UL 2000

let long =
    { optionsFor 2 points with
        Epochs = 3000
    }

let network hidden =
    Dense.network "tanh" 4UL [ 2; hidden; 2 ]

let report name trained =
    printfn
        "%-18s %5.1f %% of the points right, %5.1f %% of the others"
        name
        (100.0 * accuracy trained points)
        (100.0 * accuracy trained others)
(**
## 3, 6 and 20 neurons

As in the lecture's picture, the same data train networks with one hidden layer of three sizes, for as long as they like.
*)
let sizes =
    [ 3; 6; 20 ]
    |> List.map (fun hidden -> hidden, (train long (network hidden) points).Network)

for hidden, trained in sizes do
    report $"{hidden} neurons" trained

show (Figure.row [ for hidden, trained in sizes -> regions $"{hidden} neurons" trained points ])
(**
More neurons follow the single points more closely, and so follow the noise. The number of regions that a layer can distinguish is
exact for rectifiers: n lines cut the plane into at most this many regions, on each of which the network is linear.
*)
for hidden in [ 3; 6; 20 ] do
    printfn "%-2d neurons: at most %O regions" hidden (Regions.shallow 2 hidden)
(**
How far does it go? All the way: a hidden layer of n units can fit any n points with any labels, even coin tosses. No
training is needed: the weights can be written down.
*)
let xs =
    Array.init 40 (fun i -> [| float points.Features[2 * i]; float points.Features[2 * i + 1] |])

let coins =
    Random.uniforms 9UL 0UL 40 |> Array.map (fun u -> if u < 0.5 then 0.0 else 1.0)

let byHeart = Deep.memorise 1UL xs coins

let recalled =
    Network.forward byHeart (Tensor.constant [ 40; 2 ] (Array.concat xs))
    |> Reference.value

printfn
    "%s: off by %.1g at most"
    (Preview.ofNetwork byHeart)
    (Array.map2 (fun a b -> abs (a - b)) recalled coins |> Array.max)
(**
## The cure: three strengths of L2

Now the largest network again, with the penalty ½λ‖w‖² in three strengths. Small weights mean gentle slopes, so the border
can no longer wind around single points. The number of neurons does not change.
*)
let withDecay strength =
    { long with
        Regularizer = { Regularizer.none with L2 = strength }
    }

let strengths =
    [ 0.0001; 0.001; 0.01 ]
    |> List.map (fun l2 -> l2, (train (withDecay l2) (network 20) points).Network)

for l2, trained in strengths do
    report $"λ = {l2}" trained

show (
    Figure.row
        [
            for l2, trained in strengths -> regions $"20 neurons, λ = {l2}" trained points
        ]
)
(**
The weakest changes nothing, the strongest has gone too far: its border is one gentle curve. The one in between gets points wrong that
the free network got right, but more of the others right. The best strength depends on the data, so it must be measured.

L2 is one of several ways, and the lecture names two more. Dropout drops half of the units at random in every step, so that
none can rely on the others. Noise on the inputs blurs each point over a neighbourhood. Both are layers that do nothing once
training is over.
*)
let dropout =
    Linear.network (Linear.create Glorot 5UL 2 20)
    >=> Activation.tanh
    >=> Dropout.network 0.5
    >=> Linear.network (Linear.create Glorot 6UL 20 2)

let noise = Noise.network 0.3 >=> network 20

report "nothing" (snd sizes[2])
report "L2, λ = 0.001" (snd strengths[1])
report "dropout" (train long dropout points).Network
report "input noise" (train long noise points).Network
(**
## Overfitting as it happens

If each epoch is also measured on the other points, we see the two losses diverge. Without regularisation the loss on the points
keeps falling, while that on the others rises: the network grows more and more certain of wrong answers.
*)
let curve options =
    Training.epochs engine (fun () -> false) options (network 20) points (Some others)
    |> Seq.filter (fun epoch -> epoch.Number % 20 = 0)
    |> Seq.map (fun epoch -> float epoch.Number, epoch.TrainingLoss, epoch.Validation.Value.Loss)
    |> Array.ofSeq

let short (options: StepOptions) = { options with Epochs = 1500 }
let free = curve (short long)
let held = curve (short (withDecay 0.01))
let epochsOf = Array.map (fun (number, _, _) -> number)
let ofPoints = Array.map (fun (_, loss, _) -> loss)
let ofOthers = Array.map (fun (_, _, loss) -> loss)

printfn
    "no penalty: %.3f on the points, %.3f on the others"
    (Array.last (ofPoints free))
    (Array.last (ofOthers free))

printfn
    "λ = 0.01:   %.3f on the points, %.3f on the others"
    (Array.last (ofPoints held))
    (Array.last (ofOthers held))

Chart.create
    "Loss on 60 points and on 2,000 others"
    (Axis.linear "epoch")
    (Axis.linear "cross-entropy")
    [
        Lines.dashed (Series 1) "no penalty, points" (epochsOf free) (ofPoints free)
        Lines.line (Series 1) "no penalty, others" (epochsOf free) (ofOthers free)
        Lines.dashed (Series 0) "λ = 0.01, points" (epochsOf held) (ofPoints held)
        Lines.line (Series 0) "λ = 0.01, others" (epochsOf held) (ofOthers held)
    ]
|> Chart.draw
|> show
(**
By the loss the strongest of the three penalties does best on the others, though by accuracy it was the middle
one: it is hardly ever sure, so it is hardly ever sure of something wrong. Which of the two matters depends on the task.

## Why not simply a small network?

A network of the right size would not overfit either. The lecture's objection is that small networks are hard to train: their loss
has bad minima, and it is a matter of luck whether a start leads to one. A large network has more minima, but nearly all of them
are good. That can be seen by training each from twelve starts, on a task that needs a few units: a disc inside a ring.
*)
let circle = Table.examples (Generators.byDefault Generators.circle 1UL)

let losses hidden =
    Array.init 12 (fun seed ->
        let options =
            { optionsFor 2 circle with
                LearningRate = 0.05
                Epochs = 400
            }

        (train options (Dense.network "relu" (uint64 seed + 20UL) [ 2; hidden; 2 ]) circle).TrainingLoss)

let spread = [ 2; 3; 5; 20 ] |> List.map (fun hidden -> hidden, losses hidden)

for hidden, values in spread do
    printfn "%-2d neurons: final loss from %.4f to %.4f" hidden (Array.min values) (Array.max values)

Chart.create
    "Final loss from twelve starts"
    (Axis.linear "hidden neurons")
    (Axis.linear "training loss")
    [
        for i, (hidden, values) in List.indexed spread do
            Scatter.points (Series i) $"{hidden} neurons" (Array.create 12 (float hidden)) values
    ]
|> Chart.draw
|> show
(**
So the size of a network is the wrong knob for overfitting. Take the large one, which can be trained, and turn the strength of
its regularisation, which is a number on a continuous scale that validation can choose.
*)
