namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R22: the forward pass of three layers is three matrix products.</summary>
/// <remarks>The slide's code, line by line with its shapes (columns), compared with the library's network (one example per row).
/// Both add the same products, so they agree up to rounding; composition is exact.</remarks>
module internal MatrixForm =
    // activation function (using sigmoid :-()
    let private f (x: Tensor) : Tensor = 1.0 / (1.0 + Tensor.exp (-x))

    /// <summary>The slide's code: W1 [4; 3], W2 [4; 4], W3 [1; 4], biases as columns, x [3; n] with one example per
    /// column.</summary>
    let forward
        (w1: Tensor, b1: Tensor)
        (w2: Tensor, b2: Tensor)
        (w3: Tensor, b3: Tensor)
        (x: Tensor)
        : Tensor =
        // calculate 1st layer output (4x1)
        let h1 = f (w1 *@ x + b1)
        // calculate 2nd layer output (4x1)
        let h2 = f (w2 *@ h1 + b2)
        // output neuron (1x1)
        w3 *@ h2 + b3

    /// A layer's weights and its biases as a column, random.
    let private layer key inputs outputs =
        let numbers = Random.normals key ((inputs + 1) * outputs)
        let weights, biases = Array.splitAt (inputs * outputs) numbers
        Tensor.constant [ outputs; inputs ] weights, Tensor.constant [ outputs; 1 ] biases

    let private network (layers: (Tensor * Tensor) list) : Network list =
        layers
        |> List.map (fun (weight, bias) ->
            Linear.network
                {
                    Weight = weight
                    Bias = Some(Tensor.reshape [ weight.Shape[0] ] bias)
                })

    let private apart (a: float[]) (b: float[]) =
        Array.map2 (fun x y -> abs (x - y)) a b |> Array.max

    [<NoComparison>]
    type private Found =
        {
            /// The slide's code and the network, for a single example.
            Single: float
            /// The same for a batch of columns and of rows.
            Batch: float
            /// A batch and its examples one by one.
            OneByOne: float
            /// Outputs that differ between (a >=> b) >=> c and a >=> (b >=> c), or from c(b(a(x))).
            Composition: int
            Shapes: bool
        }

    let private one (seed: uint64) index : Found =
        let key = Random.split seed index
        let count = 1 + index % 9
        let part i = Random.split key i

        let first, second, third =
            layer (part 1) 3 4, layer (part 2) 4 4, layer (part 3) 4 1

        let x = Tensor.constant [ 3; count ] (Random.normals (part 0) (3 * count))
        let column = Tensor.slice 1 0 1 x

        let a, b, c =
            match network [ first; second; third ] with
            | [ a; b; c ] -> a >=> Activation.sigmoid, b >=> Activation.sigmoid, c
            | _ -> Network.empty, Network.empty, Network.empty

        let whole = (a >=> b) >=> c
        let rows = Tensor.transpose x
        let slide = forward first second third
        let applied = Network.forward c (Network.forward b (Network.forward a rows))
        let single = slide column

        let values =
            Reference.evaluate
                []
                [
                    single
                    Network.forward whole (Tensor.transpose column)
                    slide x
                    Network.forward whole rows
                    Network.forward (a >=> (b >=> c)) rows
                    applied
                ]

        let each =
            Array.init count (fun i -> Reference.value (slide (Tensor.slice 1 i 1 x)) |> Array.exactlyOne)

        let differ (x: float[]) =
            Array.map2 (fun a b -> if a = b then 0 else 1) values[3] x |> Array.sum

        {
            Single = apart values[0] values[1]
            Batch = apart values[2] values[3]
            OneByOne = apart values[2] each
            Composition = differ values[4] + differ values[5]
            Shapes = single.Shape = [ 1; 1 ] && (slide x).Shape = [ 1; count ]
        }

    let private run (setting: Setting) : Outcome =
        let found = List.init 300 (one setting.Seed)
        let worst part = found |> List.map part |> List.max
        let composition = found |> List.sumBy _.Composition

        let rounding = "sums of a dozen products in a different order"

        let conditions =
            [
                Condition.atMost
                    "the slide's code computes the network"
                    (max (worst _.Single) (worst _.Batch))
                    1e-12
                    rounding
                Condition.atMost
                    "a batch gives the results of its examples one by one"
                    (worst _.OneByOne)
                    1e-12
                    rounding
                Condition.never
                    "composition is associative, and composes functions"
                    composition
                    "the same operations in the same order: no bit may differ"
                Condition.never
                    "the output has the slide's shape"
                    (found |> List.filter (fun one -> not one.Shapes) |> List.length)
                    "a shape is right or wrong"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "slide and network, one example: maximum difference" (worst _.Single)
                    Measurement.own "columns and rows, a batch: maximum difference" (worst _.Batch)
                    Measurement.own
                        "a batch and its examples one by one: maximum difference"
                        (worst _.OneByOne)
                    Measurement.own
                        "outputs that a different order of composition changes"
                        (float composition)
                ]
            Seeds = 1
            Notes =
                [
                    "In the library an example is a row: x Wᵀ + b, the transpose of the slide's W x + b."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "matrix-form"
            Row = "R22"
            Title = "A forward pass is three matrix products"
            Claim =
                "With W1 [4×3], W2 [4×4] and W3 [1×4] the forward pass of a 3-layer network is three matrix multiplications, interleaved with the activation; with one column per example they process a whole batch."
            Source = "the lecture, slides \"neural_net2\" and its code"
            Data = NoData
            Run = run
        }
