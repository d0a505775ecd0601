namespace Hybrid.Core

open System
open System.Numerics

/// How far a network that is saved and computed in float32 is from the same network in exact arithmetic.
module RoundingError =
    /// The network with its parameters as a float32 file has them.
    let rounded (network: Network) : Network =
        Network.map
            (fun _ value ->
                Reference.value value
                |> Array.map (fun x -> float (float32 x))
                |> Tensor.constant value.Shape)
            network

    let private unit = 2.0 ** -24.0

    /// The least normal number: what is below it may be rounded to it, or to 0.
    let private tiny = 2.0 ** -126.0

    let private outward (x: float) = x * (1.0 + 1e-12)

    /// What a computed number of a layer may be off by, and what is known of the layer as a whole.
    type private Error =
        {
            /// One for each unit of each box.
            Off: float[]
            /// Computed without error, whole numbers.
            Whole: bool
            /// Their signs are right, whatever they are off by.
            Signed: bool[]
        }

    /// The greatest power of two that a number is a multiple of; of 0, any.
    let private lastBit (x: float) =
        if x = 0.0 then
            infinity
        else
            let struct (mantissa, exponent) =
                let bits = BitConverter.DoubleToInt64Bits(abs x)
                struct ((bits &&& 0xFFFFFFFFFFFFFL) ||| 0x10000000000000L, int (bits >>> 52) - 1075)

            2.0 ** float (exponent + BitOperations.TrailingZeroCount mantissa)

    let private isPowerOfTwo (x: float) =
        x <> 0.0 && abs x = 2.0 ** Math.Round(Math.Log2(abs x))

    let private linearError (weight: Tensor) (bias: Tensor) (range: Interval[]) (error: Error) : Error =
        let w, b = Reference.value weight, Reference.value bias
        let units, inputs = weight.Shape[0], weight.Shape[1]
        let boxes = range.Length / inputs
        let off = Array.zeroCreate (boxes * units)
        let signed = Array.zeroCreate (boxes * units)
        let grid = w |> Array.append b |> Array.map lastBit |> Array.min

        let used =
            Array.init units (fun unit ->
                [|
                    for input in 0 .. inputs - 1 do
                        if w[unit * inputs + input] <> 0.0 then
                            input
                |])

        for box in 0 .. boxes - 1 do
            for u in 0 .. units - 1 do
                let mutable carried = 0.0
                let mutable active = 0
                let mutable total = abs b[u]
                let mutable lost = tiny

                for input in used[u] do
                    let size = abs w[u * inputs + input]
                    let at = box * inputs + input
                    let magnitude = max (abs range[at].Lower) (abs range[at].Upper)
                    carried <- carried + size * error.Off[at]
                    total <- total + size * (magnitude + error.Off[at])
                    lost <- lost + tiny * (1.0 + size + magnitude + error.Off[at])

                    if magnitude + error.Off[at] > 0.0 then
                        active <- active + 1

                // the sum of n products that are not 0 and a bias, in any order, with or without multiply-adds
                let terms = float (active + 1) * unit
                // a product that neither rounds nor underflows
                let isSingle =
                    used[u].Length = 1
                    && isPowerOfTwo w[u * inputs + used[u][0]]
                    && abs w[u * inputs + used[u][0]] >= 1.0

                let exact = error.Whole && total <= 2.0 ** 24.0 * grid

                off[box * units + u] <-
                    if exact then
                        0.0
                    elif total < float Single.MaxValue / 2.0 then
                        outward (carried + terms / (1.0 - terms) * total + lost)
                    else
                        // it may overflow, or is not a number
                        infinity
                // one rounding of a difference keeps its sign
                signed[box * units + u] <- exact || (isSingle && carried = 0.0)

        {
            Off = off
            Whole = false
            Signed = signed
        }

    /// What sigmoid and tanh of float32 may be off by themselves: implementations are within a few units in the last place.
    let private elementary = 8.0 * unit

    let private activationError kind (range: Interval[]) (error: Error) : Error =
        let each f =
            {
                Off = Array.map2 f range error.Off
                Whole = false
                Signed = Array.create range.Length false
            }

        let sigmoid z = 1.0 / (1.0 + Math.Exp -z)

        /// How far the nearest number that may have been computed is from 0.
        let nearest (x: Interval) off =
            max 0.0 (max (x.Lower - off) (-x.Upper - off))

        match kind with
        | "relu" ->
            // what is sure to be negative is cut off, error and all
            each (fun x off -> if x.Upper < -off then 0.0 else off)
        | "identity"
        | "dropout"
        | "noise" -> error
        | "step" ->
            let off =
                Array.init range.Length (fun i ->
                    let x = range[i]
                    let clear = x.Lower > error.Off[i] || x.Upper < -error.Off[i]

                    if error.Off[i] = 0.0 || error.Signed[i] || clear then
                        0.0
                    else
                        1.0)

            {
                Off = off
                Whole = Array.forall ((=) 0.0) off
                Signed = Array.create range.Length true
            }
        | "sigmoid" ->
            each (fun x off ->
                let s = sigmoid (nearest x off)
                outward (off * s * (1.0 - s)) + elementary)
        | "tanh" ->
            each (fun x off ->
                let t = Math.Tanh(nearest x off)
                outward (off * (1.0 - t * t) * (1.0 + 1e-9) + off * 1e-15) + elementary)
        | kind ->
            match Map.tryFind kind Lipschitz.slopes with
            | Some slope ->
                each (fun x off ->
                    let size = max (abs x.Lower) (abs x.Upper)
                    outward (slope * off + elementary * (1.0 + slope * (size + off))))
            | None ->
                raise (
                    HybridException
                        $"The rounding of a {kind} layer is not known. It is known of linear and maxout layers and of the activations."
                )

    /// <summary>How far a network's float32 output may be from its exact one on any of some boxes, at float32 inputs: a forward
    /// error analysis, layer by layer.</summary>
    /// <remarks>A sum of n products is off by γ(n+1) Σ |wᵢ xᵢ| at most, whatever its order: Higham, Accuracy and Stability of
    /// Numerical Algorithms (2002), section 3.1. Sigmoid and tanh are taken to be within 8 units in the last place of 1. A
    /// threshold whose argument may be rounded across 0 counts as off by 1. Sums and products may flush what is below 2⁻¹²⁶
    /// to 0, but for those that thresholds look at.</remarks>
    /// <returns>Infinite where a number may overflow.</returns>
    /// <exception cref="T:Hybrid.HybridException">A layer of another kind is in it, or there is more than one output.</exception>
    let onBoxes (network: Network) (boxes: Interval[][]) : float =
        let mutable range = Array.concat boxes
        let axes = boxes[0].Length

        let mutable error =
            {
                Off = Array.zeroCreate range.Length
                Whole = false
                Signed = Array.create range.Length true
            }

        let mutable width = axes
        let mutable isFinite = true

        for layer in network.Layers do
            let x = Tensor.input "x" [ boxes.Length; width ]
            let y = layer.Forward (List.map snd layer.Parameters) x

            error <-
                match layer.Kind, layer.Parameters with
                | "linear", [ _, weight; _, bias ] -> linearError weight bias range error
                | "maxout", [ _, weight; _, bias ] ->
                    let pieces = linearError weight bias range error
                    let units, rows = y.Shape[1], bias.Shape[0]

                    { pieces with
                        Off =
                            Array.init (boxes.Length * units) (fun i ->
                                let box, unit = i / units, i % units

                                Seq.max (
                                    seq {
                                        for piece in 0 .. rows / units - 1 ->
                                            pieces.Off[box * rows + piece * units + unit]
                                    }
                                ))
                        Signed = Array.create (boxes.Length * units) false
                    }
                | kind, _ -> activationError kind range error

            isFinite <- isFinite && Array.forall Double.IsFinite error.Off

            range <- Enclosure.evaluate [ "x", range ] [ y ] |> List.exactlyOne
            width <- y.Shape[1]

        if isFinite then Array.max error.Off else infinity

    /// About so many equal parts of a box.
    let private parts (count: int) (box: Interval[]) : Interval[][] =
        let each = max 1 (int (float count ** (1.0 / float box.Length)))

        box
        |> Array.map (fun x ->
            Cells.points each [| x |]
            |> Array.map Array.exactlyOne
            |> Array.pairwise
            |> Array.map (fun (lower, upper) -> { Lower = lower; Upper = upper })
            |> List.ofArray)
        |> Cells.product

    /// Where threshold units that look at one coordinate each jump, by axis; none if the network begins with another layer.
    let private jumps (network: Network) axes : float[][] =
        match network.Layers with
        | first :: second :: _ when first.Kind = "linear" && second.Kind = "step" ->
            let values = first.Parameters |> List.map (snd >> Reference.value)
            let weights, biases = values[0], values[1]
            let unitsOf unit = Array.sub weights (unit * axes) axes

            let placesOf axis =
                seq {
                    for unit in 0 .. biases.Length - 1 do
                        let own = unitsOf unit

                        if own[axis] = 1.0 && Array.sumBy abs own = 1.0 then
                            -biases[unit]
                }

            Array.init axes (fun axis -> placesOf axis |> Seq.distinct |> Seq.sort |> Array.ofSeq)
        | _ -> Array.create axes [||]

    /// The box in parts on which no such unit jumps: the upper side of a jump begins with the next float32 number.
    let internal cutAtJumps (network: Network) (box: Interval[]) : Interval[][] =
        let cut (x: Interval) (jumps: float[]) =
            let inside = jumps |> Array.filter (fun jump -> jump >= x.Lower && jump < x.Upper)

            let next (jump: float) =
                float (MathF.BitIncrement(float32 jump))

            let lower = Array.append [| x.Lower |] (inside |> Array.map next)
            let upper = Array.append inside [| x.Upper |]

            // between the last jump and an end that is no float32 number there may be no input at all
            Array.map2 (fun lower upper -> { Lower = lower; Upper = upper }) lower upper
            |> Array.filter (fun part -> part.Lower <= part.Upper)
            |> List.ofArray

        Array.map2 cut box (jumps network box.Length) |> Cells.product

    /// How far the float32 output may be from the exact one at any float32 input in a box.
    let onBox (network: Network) (box: Interval[]) : float =
        let cells = cutAtJumps network box

        let work =
            Network.parameters network
            |> List.sumBy (fun (_, value) -> Shape.size value.Shape)

        // parts where sigmoids are steep near their step only; cells where units jump
        let boxes =
            if cells.Length > 1 then
                cells
            else
                parts (Math.Clamp(20_000_000 / (work + 1), 1, 4096)) box

        boxes
        |> Array.chunkBySize (Math.Clamp(1_000_000 / (work + 1), 1, 1024))
        |> Array.map (onBoxes network)
        |> Array.max
