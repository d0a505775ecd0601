/// The bounds of constructions on functions of which everything is known, and what must not work.
module Hybrid.Properties.ApproximationProperties

open System
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing
open Xunit

let private domain = { Lower = 0.0; Upper = 1.0 }

/// The outputs of a network of one input, in double precision.
let private outputs (network: Network) (xs: float[]) : float[] =
    Reference.value (Network.forward network (Tensor.constant [ xs.Length; 1 ] xs))

/// Evenly spread points, and those where a network of n cells is worst: at its edges, on both sides of them, and between.
let private places (n: int) : float[] =
    let edges = Array.init (n + 1) (fun i -> float (float32 (float i / float n)))
    let between = edges |> Array.pairwise |> Array.map (fun (a, b) -> (a + b) / 2.0)

    Array.concat
        [
            Array.init 201 (fun i -> float i / 200.0)
            edges
            Array.map Math.BitIncrement edges
            Array.map Math.BitDecrement edges
            between
        ]
    |> Array.map (fun x -> Math.Clamp(x, 0.0, 1.0))
    |> Array.distinct

/// g - f at those points, and the greatest |f| there.
let private errors (case: FunctionCase) (approximation: Approximation) n =
    let xs = places n
    let target = xs |> Array.map (FunctionCase.value case)
    let scale = target |> Array.map abs |> Array.max
    Array.map2 (-) (outputs approximation.Network xs) target, scale

/// Rounding of double precision in sums of n terms.
let private slack scale = 1e-11 * (1.0 + scale)

let private isWithin (case: FunctionCase) n (approximation: Approximation) =
    let errors, scale = errors case approximation n
    let worst = errors |> Array.map abs |> Array.max

    worst <= approximation.Bound + slack scale
    |> Prop.label
        $"{approximation.Method}, {approximation.Neurons} neurons: off by {worst}, not by {approximation.Bound} at most"

/// A function that varies, and how many cells it is to get.
let private cases functions =
    Arb.zip (functions, Gen.choose (1, 40) |> Arb.fromGen)
    |> Arb.filter (fun (case, n) -> (FunctionCase.smoothness case).Modulus(1.0 / float n) > 1e-9)

/// A distance that takes about n cells.
let private distance (case: FunctionCase) n =
    (FunctionCase.smoothness case).Modulus(1.0 / float n)

let private methods =
    [
        "relu", Approximation.relu
        "bumps", Approximation.bumps
        "sigmoid", Approximation.sigmoid
        "tanh", Approximation.tanh
    ]

let names = methods |> List.map (fun (name, _) -> [| box name |])

let private build name (case: FunctionCase) epsilon =
    (Map.find name (Map methods)) (FunctionCase.value case) (FunctionCase.smoothness case) domain epsilon

[<Theory; MemberData(nameof names)>]
let ``A network is nowhere further from its function than its bound`` (name: string) =
    Prop.forAll (cases FunctionCase.arbitrary) (fun (case, n) ->
        let approximation = build name case (distance case n)
        isWithin case (approximation.Neurons + 1) approximation)
    |> checkCases 1000

[<Theory; MemberData(nameof names)>]
let ``One cell fewer has a greater bound`` (name: string) =
    Prop.forAll (cases FunctionCase.arbitrary) (fun (case, n) ->
        let epsilon = distance case n
        let approximation = build name case epsilon

        // what would be built for a little more than the bound that was reached has no more neurons
        let again = build name case (approximation.Bound * 1.0000001)

        (approximation.Bound <= epsilon && again.Neurons = approximation.Neurons)
        |> Prop.label $"{approximation.Neurons} and {again.Neurons} neurons for {approximation.Bound}")
    |> checkCases 300

[<Fact>]
let ``A difference of two maxout units is within its bound`` () =
    Prop.forAll (cases FunctionCase.smooth) (fun (case, n) ->
        let curvature = (FunctionCase.smoothness case).Curvature

        if curvature < 1e-6 then
            Prop.label "flat" true
        else
            Approximation.maxout
                (FunctionCase.value case)
                (FunctionCase.derivative case).Value
                curvature
                domain
                (curvature / (4.0 * float (n * n)))
            |> isWithin case n)
    |> checkCases 1000

[<Fact>]
let ``Tangents of a convex function are below it, and by the bound at most`` () =
    Prop.forAll (cases FunctionCase.smooth) (fun (case, n) ->
        // f + M x² / 2 is convex, with a curvature of at most 2 M
        let m = 1.0 + (FunctionCase.smoothness case).Curvature

        let f x =
            FunctionCase.value case x + m * x * x / 2.0

        let derivative x =
            (FunctionCase.derivative case).Value x + m * x

        let approximation =
            Approximation.convex f derivative (2.0 * m) domain (m / float (n * n))

        let xs = places n
        let errors = Array.map2 (fun x y -> f x - y) xs (outputs approximation.Network xs)
        let slack = slack (m + (xs |> Array.map (f >> abs) |> Array.max))

        (Array.min errors >= -slack && Array.max errors <= approximation.Bound + slack)
        |> Prop.label $"errors from {Array.min errors} to {Array.max errors}, bound {approximation.Bound}")
    |> checkCases 500

[<Fact>]
let ``Half the cell width is a quarter of the error of rectified units`` () =
    let f x = Math.Exp x * Math.Sin(3.0 * x)
    let known = Smoothness.curvature 60.0

    let worst n =
        let g = Approximation.relu f known domain (60.0 / (8.0 * float (n * n)) * 1.00001)
        let xs = Array.init 20001 (fun i -> float i / 20000.0)
        Array.map2 (fun x y -> abs (f x - y)) xs (outputs g.Network xs) |> Array.max

    for n in [ 8; 16; 32; 64 ] do
        Assert.InRange(worst n / worst (2 * n), 3.6, 4.4)

[<Fact>]
let ``Bounds are reached where equality is known`` () =
    // a staircase of a line; the chord of a parabola; a tangent of a parabola
    let line =
        Approximation.bumps (fun x -> 3.0 * x) (Smoothness.lipschitz 3.0) domain 0.1

    Assert.InRange(outputs line.Network [| 0.0 |] |> Array.head, 0.999 * line.Bound, line.Bound)

    let square =
        Approximation.relu (fun x -> x * x) (Smoothness.curvature 2.0) domain (2.0 / 8.0 / 64.0 * 1.00001)

    Assert.Equal(8, square.Neurons)
    Assert.Equal(1.0 / 256.0, (outputs square.Network [| 1.0 / 16.0 |])[0] - 1.0 / 256.0, 12)

    let tangents =
        Approximation.convex (fun x -> x * x) (fun x -> 2.0 * x) 2.0 domain (2.0 / 8.0 / 64.0 * 1.00001)

    Assert.Equal(0.00390625, 1.0 - (outputs tangents.Network [| 1.0 |])[0], 12)

[<Fact>]
let ``Bumps that leave out their edges fail there`` () =
    let edges = [| 0.0; 0.25; 0.5; 0.75; 1.0 |]

    let isOpen x =
        edges |> Array.pairwise |> Array.exists (fun (a, b) -> a < x && x < b)

    // f = 1: the sum of open bumps is 0 at every edge, whatever their number
    Assert.True(edges |> Array.forall (isOpen >> not))

    let closed =
        Approximation.bumps (fun _ -> 1.0) (Smoothness.lipschitz 1.0) domain 0.125

    Assert.All(outputs closed.Network edges, fun y -> Assert.Equal(1.0, y))

/// Random boxes of two axes in [0, 1]², and functions of two variables with a known constant.
let private planes =
    Gen.zip3 (Gen.choose (-16, 16)) (Gen.choose (-16, 16)) (Gen.choose (1, 6))
    |> Gen.map (fun (a, b, n) -> float a / 8.0, float b / 8.0, n)
    |> Gen.filter (fun (a, b, _) -> a <> 0.0 || b <> 0.0)
    |> Arb.fromGen

[<Fact>]
let ``Towers and Kuhn's triangulation keep their bounds in the plane`` () =
    let box = [| domain; domain |]

    let grid =
        [|
            for i in 0..37 do
                for j in 0..37 -> [| float i / 37.0; float j / 37.0 |]
        |]

    Prop.forAll planes (fun (a, b, n) ->
        let f (x: float[]) = Math.Sin(a * x[0] + b * x[1])
        let length = sqrt (a * a + b * b)
        let known = Smoothness.smooth length (length * length)
        let target = grid |> Array.map f
        let x = Tensor.constant [ grid.Length; 2 ] (Array.concat grid)

        let worst (approximation: Approximation) =
            Array.map2
                (fun y t -> abs (y - t))
                (Reference.value (Network.forward approximation.Network x))
                target
            |> Array.max

        let towers = Grids.towers f known box (length / (sqrt 2.0 * float n) * 1.0001)
        let kuhn = Grids.kuhn f known box (length * length / (4.0 * float (n * n)) * 1.0001)

        (worst towers <= towers.Bound + 1e-12 && worst kuhn <= kuhn.Bound + 1e-12)
        |> Prop.label $"towers {worst towers} of {towers.Bound}, kuhn {worst kuhn} of {kuhn.Bound}")
    |> checkCases 60

[<Fact>]
let ``Any different points are learned by heart`` () =
    let shape =
        Gen.zip3 (Gen.choose (1, 200)) (Gen.choose (1, 5)) (Gen.choose (1, 1_000_000))

    Prop.forAll (Arb.fromGen shape) (fun (n, d, key) ->
        let points = Random.uniforms (uint64 key) 0UL (n * d) |> Array.chunkBySize d

        let values = Random.normals (uint64 key + 1UL) n
        let network = Deep.memorise 3UL points values
        let x = Tensor.constant [ n; d ] (Array.concat points)
        let answers = Reference.value (Network.forward network x)
        let worst = Array.map2 (fun a b -> abs (a - b)) answers values |> Array.max

        worst <= 1e-6 * (values |> Array.map abs |> Array.max)
        |> Prop.label $"off by {worst}")
    |> checkCases 100

[<Fact>]
let ``Few units in one hidden layer miss a sawtooth by a half somewhere`` () =
    let shape = Gen.zip (Gen.choose (2, 6)) (Gen.choose (1, 1_000_000))

    Prop.forAll (Arb.fromGen shape) (fun (k, key) ->
        let units = Deep.shallowUnits k - 1
        let hidden = Linear.create He (uint64 key) 1 units

        let shallow =
            Linear.network
                { hidden with
                    Bias = Tensor.constant [ units ] (Random.normals (uint64 key + 1UL) units)
                }
            >=> Activation.relu
            >=> Linear.network (Linear.create Glorot (uint64 key + 2UL) units 1)

        let peaks = Array.init ((1 <<< k) + 1) (fun i -> float i / float (1 <<< k))
        let tooth = outputs (Deep.sawtooth k) peaks

        Array.map2 (fun a b -> abs (a - b)) tooth (outputs shallow peaks) |> Array.max
        >= 0.5)
    |> checkCases 200

/// Networks of all kinds, with two inputs at most, and a box around a random place.
let private networks =
    [
        "relu"
        "tanh"
        "sigmoid"
        "maxout"
        "leaky-relu"
        "elu"
        "softplus"
        "gelu"
        "selu"
    ]
    |> List.map (fun kind -> (NetworkCase.arbitrary kind "squared" (0.0, 0.0)).Generator)
    |> Gen.oneof
    |> Gen.map (fun case -> { case with Dropout = 0.0; Noise = 0.0 })

let private boxOf (case: NetworkCase) =
    let centres = Random.normals (uint64 case.Key) case.Inputs
    let radii = Random.uniforms (uint64 case.Key) 1UL case.Inputs

    Array.map2
        (fun c r ->
            {
                Lower = float (float32 (c - r))
                Upper = float (float32 (c + r + 0.01))
            })
        centres
        radii

let private inside (box: Interval[]) count key =
    Random.uniforms key 2UL (count * box.Length)
    |> Array.mapi (fun i u ->
        let x = box[i % box.Length]
        Math.Clamp(float (float32 (x.Lower + u * (x.Upper - x.Lower))), x.Lower, x.Upper))

[<Fact>]
let ``Enclosures, suprema and Lipschitz constants are never below what is sampled`` () =
    Prop.forAll (Arb.fromGen networks) (fun case ->
        let network, box = NetworkCase.network case, boxOf case
        let points = inside box 200 (uint64 case.Key)
        let x = Tensor.constant [ 200; box.Length ] points
        let y = Reference.value (Network.forward network x)
        let enclosed = Certificate.enclose network box

        let first (x: Tensor) =
            Tensor.slice 1 0 1 (Network.forward network x)

        let supremum = Supremum.ofAbsolute first [| box |] (fun lower -> 1.01 * lower) 200
        let firsts = Array.init 200 (fun i -> y[i * enclosed.Length])
        let sampled = firsts |> Array.map abs |> Array.max

        let distance i j =
            sqrt (
                Seq.sum (
                    seq {
                        for a in 0 .. box.Length - 1 ->
                            (points[i * box.Length + a] - points[j * box.Length + a]) ** 2.0
                    }
                )
            )

        let constant = Certificate.lipschitz network

        let isSteeper =
            Seq.exists
                (fun i ->
                    abs (firsts[i] - firsts[i - 1]) > constant * distance i (i - 1) * (1.0 + 1e-9) + 1e-12)
                (seq { 1..199 })

        let isEnclosed =
            y
            |> Array.mapi (fun i y -> Interval.contains y enclosed[i % enclosed.Length])
            |> Array.forall id

        (isEnclosed && supremum.Upper >= sampled * (1.0 - 1e-14) && not isSteeper)
        |> Prop.label
            $"enclosed {isEnclosed}, supremum {supremum.Upper} of {sampled}, steeper than {constant}: {isSteeper}")
    |> checkCases 300

[<Fact>]
let ``A float32 output is never further from the exact one than the allowance`` () =
    Prop.forAll (Arb.fromGen networks) (fun case ->
        let network, box = Certificate.rounded (NetworkCase.network case), boxOf case
        let points = inside box 100 (uint64 case.Key)
        let x = Tensor.constant [ 100; box.Length ] points
        let exact = Reference.value (Network.forward network x)
        let allowance = Certificate.rounding network [| box |]

        let off (engine: IKernels) =
            Array.map2 (fun e s -> abs (e - float s)) exact (Eager.value engine (Network.forward network x))
            |> Array.max

        let worst = Engines.all |> List.map off |> List.max

        (worst <= allowance && allowance < 1e-2)
        |> Prop.label $"off by {worst}, allowance {allowance}")
    |> checkCases 300

[<Fact>]
let ``Half a bound is not proved`` () =
    let f = Expression.parse [ "x" ] "sin(2*pi*x)"

    for name in [ "relu"; "bumps"; "kuhn" ] do
        let result = Construction.build name f [| domain |] 0.02 None None
        Assert.True(result.Certificate.Holds)
        let measured = result.Certificate.Measured

        let half =
            Certificate.prove
                (Expression.graph f)
                result.Approximation.Network
                [| domain |]
                (measured / 2.0)
                10_000

        Assert.False(half.Holds)
        Assert.True(half.Bound >= measured)

[<Fact>]
let ``Identity layers never come nearer to x² on [-1, 1] than a half, and a neuron never learns XOR`` () =
    // whatever the line: at -1, 0 and 1 it is off by a half somewhere
    let eighths = Gen.choose (-100, 100) |> Gen.map (fun i -> float i / 8.0)

    Prop.forAll (Arb.fromGen (Gen.zip eighths eighths)) (fun (a, b) ->
        let line x = a * x + b

        [ -1.0; 0.0; 1.0 ] |> List.exists (fun x -> abs (line x - x * x) >= 0.5))
    |> checkCases 1000

    let corners = [ 0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0 ]

    let answers =
        Seq.init 20000 (fun key ->
            let w = Random.normals (uint64 key) 3
            corners |> List.map (fun (x, y) -> w[0] * x + w[1] * y + w[2] > 0.0))
        |> Set.ofSeq

    // 14 of 16: neither XOR nor its opposite
    Assert.Equal(Regions.dichotomies 2 4, bigint answers.Count)
    Assert.DoesNotContain([ false; true; true; false ], answers)
    Assert.DoesNotContain([ true; false; false; true ], answers)

[<Fact>]
let ``The mean of n random units is off by V² / n, in any dimension`` () =
    // f is the mean over all units of a finite set: ridge steps of size 1 in d dimensions
    for d in [ 1; 5; 20 ] do
        let units = 64

        let directions =
            Array.init units (fun unit -> Random.normals (uint64 (1000 * d + unit)) d)

        let points = Array.init 100 (fun i -> Random.normals (uint64 (7000 * d + i)) d)

        let fires (unit: int) (x: float[]) =
            if Array.fold2 (fun sum w x -> sum + w * x) 0.0 directions[unit] x > 0.0 then
                1.0
            else
                -1.0

        let table =
            points |> Array.map (fun x -> Array.init units (fun unit -> fires unit x))

        let f = table |> Array.map Array.average
        let square = f |> Array.averageBy (fun y -> y * y)

        let error n =
            Seq.init 200 (fun draw ->
                let chosen =
                    Random.uniforms (uint64 draw) (uint64 n) n
                    |> Array.map (fun u -> int (u * float units))

                Array.map2
                    (fun (row: float[]) y ->
                        ((chosen |> Array.averageBy (fun unit -> row[unit])) - y) ** 2.0)
                    table
                    f
                |> Array.average)
            |> Seq.average

        for n in [ 4; 16; 64 ] do
            let expected = (1.0 - square) / float n
            Assert.InRange(error n / expected, 0.8, 1.2)
