namespace Hybrid.Theory

open System
open Hybrid.Core

/// Small networks that are trained to approximate a formula, and whose accuracy is then proved.
module Trained =
    /// The error of a network at many points: the mean of the errors squared this many times over. Each squaring gives more
    /// weight to the largest errors.
    let private loss (points: float[][]) (values: float[]) (squarings: int) (network: Network) : Tensor =
        let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)
        let target = Tensor.constant [ points.Length; 1 ] values

        (Network.forward network x - target, [ 1..squarings ])
        ||> List.fold (fun error _ -> error * error)
        |> Tensor.meanAll

    let private distance (expression: Expression) (network: Network) (x: Tensor) =
        Expression.graph expression x - Network.forward network x

    [<Literal>]
    let private Iterations = 400

    /// A successful proof takes a few hundred.
    [<Literal>]
    let private MostBoxes = 20_000

    /// If minimising squares leaves this multiple of ε, higher powers do not help.
    [<Literal>]
    let private Hopeless = 8.0

    // Higher powers approach the maximum error, and start where minimising squares ends.
    let private fitted (box: Interval[]) (expression: Expression) (epsilon: float) neurons key =
        let points = Cells.points (if box.Length = 1 then 200 else 24) box
        let values = points |> Array.map (Cells.valueAt (Expression.value expression))

        let start =
            // the domain as [-1, 1]: units start with their steps inside it
            let hidden = Linear.create Glorot (Random.split key 1) box.Length neurons
            let weight = Reference.value hidden.Weight
            let draws = Random.normals (Random.split key 3) neurons

            let scaled =
                weight
                |> Array.mapi (fun i w ->
                    let x = box[i % box.Length]
                    float neurons * w / (x.Upper - x.Lower))

            let bias =
                Array.init neurons (fun unit ->
                    let at axis =
                        box[axis].Lower
                        + (box[axis].Upper - box[axis].Lower) * (0.5 + 0.3 * draws[unit])

                    -Seq.sum(
                        seq { for axis in 0 .. box.Length - 1 -> scaled[unit * box.Length + axis] * at axis }
                    ))

            Linear.network
                {
                    Weight = Tensor.constant hidden.Weight.Shape scaled
                    Bias = Some(Tensor.constant [ neurons ] bias)
                }
            >=> Activation.tanh
            >=> Linear.network
                    { Linear.create Glorot (Random.split key 2) neurons 1 with
                        Bias = Some(Tensor.constant [ 1 ] [| Array.average values |])
                    }

        let rec refine network squarings =
            match squarings with
            | [] -> network
            | times :: rest ->
                let network, _ = QuasiNewton.train (loss points values times) network Iterations

                let struct (worst, _) = Certificate.sampled (distance expression network) box 300

                if worst > Hopeless * epsilon then
                    network
                else
                    refine network rest

        refine start [ 1; 2; 3 ]

    /// The maximum number of units that training tries.
    [<Literal>]
    let MostUnits = 32

    /// <summary>The smallest network of one hidden layer of tanh units, of the sizes tried from 2 to 32, that L-BFGS on a grid of
    /// points brings within ε of a formula, and the proof that it is.</summary>
    /// <remarks>Success is not guaranteed: up to three starts of each size are tried until the proof succeeds.</remarks>
    /// <param name="most">The maximum number of units; the time grows with its square.</param>
    /// <param name="expression">From one number per axis to one number.</param>
    /// <param name="box">One interval per axis.</param>
    /// <param name="epsilon">The distance, above 0, rounding to float32 included.</param>
    /// <returns>None if no size that was tried comes within ε.</returns>
    /// <exception cref="T:Hybrid.ApproximationException">The box or ε is invalid, or the function is undefined
    /// somewhere.</exception>
    let build
        (most: int)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        : (Approximation * Certificate) option =
        Cells.check box epsilon
        Domain.require expression box

        seq {
            for neurons in
                [ 2; 3; 4; 6; 8; 12; 16; 24; MostUnits ]
                |> List.filter (fun units -> units <= most) do
                for key in 1UL .. 3UL do
                    let network = fitted box expression epsilon neurons key

                    let struct (measured, _) =
                        Certificate.sampled (distance expression network) box 1000

                    if measured < 0.9 * epsilon then
                        let certificate =
                            Certificate.prove (Expression.graph expression) network box epsilon MostBoxes

                        if certificate.Holds then
                            {
                                Method = "trained"
                                Network = network
                                Domain = box
                                Neurons = neurons
                                Bound = certificate.Bound
                            },
                            certificate
        }
        |> Seq.tryHead
