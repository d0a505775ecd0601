/// Products with windows that are never stored equal those with matrices of windows, to the bit.
module Hybrid.Properties.PatchProperties

open System
open System.Collections.Generic
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

/// Windows along one axis of an image: its extent, the zeros around it, and their size, stride and dilation.
let private axis =
    gen {
        // many windows that are swept: three wide, side by side
        let! size = Gen.elements [ 1; 2; 3; 3; 3; 4 ]
        let! stride = Gen.elements [ 1; 1; 1; 2; 3 ]
        let! dilation = Gen.elements [ 1; 1; 1; 2 ]
        let! before = Gen.choose (0, 2)
        let! after = Gen.choose (0, 2)
        let reach = (size - 1) * dilation + 1
        let! extent = Gen.choose (max 1 (reach - before - after), 40)
        let padded = before + extent + after
        return extent, padded, before, (padded - reach) / stride + 1, Window.create size stride, dilation
    }

/// The product of bytes that a convolution is, in a few ranges of integers.
let private integersOf (product: PatchProduct) =
    gen {
        let! least, most = Gen.elements [ 0, 255; -128, 127; -3, 252 ]
        let! divisor = Gen.elements [ 0.02f; 0.3f; 1f ]

        return
            { product with
                Integers =
                    ValueSome
                        {
                            Rows = product.Patches.Count
                            Depth = product.Patches.Size
                            Outputs = product.Outputs
                            IsTurned = not product.Turned
                            Divisor = divisor
                            Least = least
                            Most = most
                        }
            }
    }

let private products =
    gen {
        let! height, paddedHeight, top, rows, vertical, rowDilation = axis
        let! width, paddedWidth, left, columns, horizontal, columnDilation = axis
        let! examples = Gen.choose (1, 4)
        let! channels = Gen.elements [ 1; 1; 1; 2; 3; 4; 5; 8; 13; 16; 17; 32; 33 ]
        let! outputs = Gen.elements [ 2; 3; 4; 5; 6; 8; 9; 16; 17; 32; 40; 65 ]
        let! turned = Gen.elements [ false; true ]
        let! form = Gen.elements [ PatchForm.Convolve; PatchForm.Weights; PatchForm.Images ]

        let product =
            {
                Form = form
                Patches =
                    {
                        Examples = examples
                        Height = height
                        Width = width
                        Channels = channels
                        Top = top
                        Left = left
                        PaddedHeight = paddedHeight
                        PaddedWidth = paddedWidth
                        Rows = rows
                        Columns = columns
                        RowStride = vertical.Stride
                        ColumnStride = horizontal.Stride
                        WindowRows = vertical.Size
                        WindowColumns = horizontal.Size
                        RowDilation = rowDilation
                        ColumnDilation = columnDilation
                    }
                Outputs = outputs
                Turned = turned
                Integers = ValueNone
            }

        if form = PatchForm.Convolve then
            return! Gen.oneof [ Gen.constant product; integersOf product ]
        else
            return product
    }
    // products of one row or one column are dot products
    |> Gen.filter (fun product ->
        let patches = product.Patches
        let work = product.MultiplyAdds
        patches.Count > 1 && patches.Size > 1 && work < 20_000_000L)
    |> Arb.fromGen

let private numbers seed count =
    Random.normals seed count |> Array.map float32

/// Integers, if numbers of images are made such.
let private weightsOf (product: PatchProduct) count =
    match product.Integers with
    | ValueSome _ ->
        Random.uniforms 2UL 0UL count
        |> Array.map (fun u -> float32 (floor (u * 60.0) - 30.0))
    | ValueNone -> numbers 2UL count

/// Added to the product, from its own numbers or repeated ones, and without what is below 0.
let private chain =
    {
        Instructions = [| Instruction.Zip(Binary.Add, 0, 1); Instruction.Map(Unary.Relu, 2) |]
        Results = [| 2; 3 |]
    }

/// Maximum pooling of a convolution's rows and columns, if it has enough of them.
let private poolOf (product: PatchProduct) : PoolWindows list =
    let p = product.Patches

    if product.Form = PatchForm.Convolve && p.Rows >= 2 && p.Columns >= 3 then
        [
            {
                Images = p.Examples
                Height = p.Rows
                Width = p.Columns
                Channels = product.Outputs
                Rows = p.Rows / 2
                Columns = p.Columns / 3
                WindowRows = 2
                WindowColumns = 3
            }
        ]
    else
        []

let private equals (engine: Engine) =
    property engine.Name 60 products (fun product ->
        let p = product.Patches

        let images, weights, rows =
            p.ImageSize, p.Size * product.Outputs, p.Count * product.Outputs

        let sizes =
            match product.Form with
            | PatchForm.Convolve -> [ images; weights; rows ]
            | PatchForm.Weights -> [ rows; images; weights ]
            | _ -> [ rows; weights; images ]

        let row =
            match product.Form with
            | PatchForm.Weights when not product.Turned -> p.Size
            | PatchForm.Images -> p.Channels
            | _ -> product.Outputs

        let a, b, added = numbers 1UL sizes[0], weightsOf product sizes[1], numbers 3UL row

        let windows = poolOf product

        let results isAlone run =
            let result () =
                ArraySegment(Array.create sizes[2] nanf)

            let kept = if isAlone then [| 3 |] else [| 2; 3 |]
            let y, results = result (), Array.map (fun _ -> result ()) kept
            let operand values = { Values = values; Repeat = 1 }

            let pooling: MaximaOf[] =
                [|
                    for windows in windows do
                        {
                            Windows = windows
                            Elements = Array.last results
                            Maxima = ArraySegment(Array.create windows.Count nanf)
                            IsAlone = isAlone
                        }
                |]

            run
                (ArraySegment a)
                (ArraySegment b)
                { chain with Results = kept }
                [| operand y; operand (ArraySegment added) |]
                results
                pooling

            [
                if not isAlone then
                    for result in Array.append [| y |] results -> result.ToArray()
                for pool in pooling -> pool.Maxima.ToArray()
            ]

        let fused isAlone isFixed =
            results isAlone (fun a b chain operands results pooling ->
                let run =
                    engine.Kernels.PreparePatches(product, a, b, isFixed, chain, operands, results, pooling)

                run.Invoke()
                // what the first run leaves must not change the second
                run.Invoke())

        let plain isAlone =
            results isAlone (fun a b chain operands results pooling ->
                Unfused.runPatches engine.Kernels product a b chain operands results pooling)

        List.allPairs [ false; true ] [ false; true ]
        |> List.forall (fun (isAlone, isFixed) ->
            List.forall2 ReaderLaws.sameBits (plain isAlone) (fused isAlone isFixed)))

/// Few values, so that there are several maxima, NaN among them.
let private repeated seed count =
    let random = Random seed

    Array.init count (fun _ ->
        match random.Next 40 with
        | 0 -> nanf
        | 1 -> infinityf
        | 2 -> -0.0f
        | _ -> float32 (random.Next(-3, 3)))

/// Chains of a convolution (0), a number for each output (1) and one for each element (2): such that the convolution carries out itself,
/// and others.
let private endings =
    let add a b = Instruction.Zip(Binary.Add, a, b)
    let multiply a b = Instruction.Zip(Binary.Multiply, a, b)
    let relu x = Instruction.Map(Unary.Relu, x)

    [
        [ relu 0 ]
        [ add 0 1 ]
        [ add 1 0; relu 3 ]
        [ add 0 2 ]
        [ add 0 1; add 2 3; relu 4 ]
        [ add 0 2; add 3 1; relu 4 ]
        [ add 0 1; relu 3; add 4 2 ]
        [ add 0 0; relu 3 ]
        [ add 1 1; add 0 3 ]
        [ multiply 0 1 ]
        [ multiply 1 0; add 3 1; relu 4 ]
        [ multiply 0 1; add 3 2; relu 4 ]
        [ multiply 0 1; add 3 1; add 2 4 ]
        [ multiply 0 2; add 3 1 ]
        [ multiply 0 1; multiply 3 1 ]
    ]

let private ends (engine: Engine) =
    property engine.Name 10 products (fun product ->
        let product =
            { product with
                Form = PatchForm.Convolve
            }

        let patches = product.Patches
        let count = patches.Count * product.Outputs

        let a, b, bias, addend =
            repeated 1 patches.ImageSize,
            weightsOf product (patches.Size * product.Outputs),
            repeated 3 product.Outputs,
            repeated 4 count

        let result () = ArraySegment(Array.create count nanf)

        let poolings = [] :: List.map List.singleton (poolOf product)

        List.allPairs endings (List.allPairs poolings [ false; true ])
        |> List.forall (fun (instructions, (windows, isPooledBefore)) ->
            let results run =
                let y, last = result (), result ()
                let operand values = { Values = values; Repeat = 1 }

                let pooling: MaximaOf[] =
                    [|
                        for windows in windows do
                            {
                                Windows = windows
                                Elements = if isPooledBefore then y else last
                                Maxima = ArraySegment(Array.create windows.Count nanf)
                                IsAlone = false
                            }
                    |]

                let chain =
                    {
                        Instructions = Array.ofList instructions
                        Results = [| 2 + instructions.Length |]
                    }

                let operands =
                    [| operand y; operand (ArraySegment bias); operand (ArraySegment addend) |]

                run (ArraySegment a) (ArraySegment b) chain operands [| last |] pooling
                last.ToArray() :: [ for pool in pooling -> pool.Maxima.ToArray() ]

            let fused =
                results (fun a b chain operands results pooling ->
                    engine.Kernels
                        .PreparePatches(product, a, b, false, chain, operands, results, pooling)
                        .Invoke())

            let plain =
                results (fun a b chain operands results pooling ->
                    Unfused.runPatches engine.Kernels product a b chain operands results pooling)

            List.forall2 ReaderLaws.sameBits plain fused))

let private pools =
    gen {
        let! images = Gen.choose (1, 4)
        let! channels = Gen.elements [ 1; 2; 3; 6; 16; 17; 40 ]
        let! rows = Gen.choose (1, 9)
        let! columns = Gen.choose (1, 9)

        let! windowRows, windowColumns =
            Gen.oneof [ Gen.constant (2, 2); Gen.two (Gen.choose (1, 3)) ]

        let! below = Gen.choose (0, 2)
        let! beside = Gen.choose (0, 2)
        let! seed = Gen.choose (1, 1000)

        let pool: PoolWindows =
            {
                Images = images
                Height = rows * windowRows + below
                Width = columns * windowColumns + beside
                Channels = channels
                Rows = rows
                Columns = columns
                WindowRows = windowRows
                WindowColumns = windowColumns
            }

        return pool, seed
    }
    |> Arb.fromGen

let private poolEquals (engine: Engine) =
    property engine.Name 60 pools (fun (pool, seed) ->
        let x, g = repeated seed pool.Size, repeated (seed + 1000) pool.Count
        let added = numbers 3UL pool.Channels
        let y = Array.create pool.Count nanf
        engine.Kernels.MaxPool(pool, ReadOnlySpan x, Span y)

        let results run =
            let result () =
                ArraySegment(Array.create pool.Size nanf)

            let y, results = result (), [| result (); result () |]
            let operand values = { Values = values; Repeat = 1 }
            run (ArraySegment g) (ArraySegment x) [| operand y; operand (ArraySegment added) |] results
            [ for result in Array.append [| y |] results -> result.ToArray() ]

        let fused =
            results (fun g x operands results ->
                engine.Kernels.PrepareMaxPoolGradient(pool, g, x, chain, operands, results).Invoke())

        let plain =
            results (fun g x operands results ->
                Unfused.runMaxPoolGradient engine.Kernels pool g x chain operands results)

        ReaderLaws.sameBits (Unfused.maxPool engine.Kernels pool (ArraySegment x)) y
        && List.forall2 ReaderLaws.sameBits plain fused)

let private steps =
    gen {
        let! side = Gen.choose (7, 12)
        let! channels = Gen.choose (1, 3)
        let! outputs = Gen.choose (2, 9)
        let! size = Gen.choose (1, 3)
        let! stride = Gen.choose (1, 2)

        let! border = Gen.elements [ Border.Valid; Border.Same; Border.Edges [ 1, 0; 0, 2 ] ]

        return side, channels, outputs, size, stride, border
    }
    |> Arb.fromGen

/// A plan of two convolutions and all their gradients.
let private plans (engine: Engine) =
    property engine.Name 20 steps (fun (side, channels, outputs, size, stride, border) ->
        let shape = [ 3; side; side; channels ]

        let first, second =
            { Convolution.create He 1UL [ size; size ] channels outputs with
                Strides = [ stride; stride ]
                Border = border
            },
            Convolution.create He 2UL [ 2; 2 ] outputs 3

        let leaves =
            [
                "x", shape
                "a", first.Weight.Shape
                "b", [ outputs ]
                "c", second.Weight.Shape
            ]
            |> List.map (fun (name, shape) -> Tensor.input name shape)

        let pooling: Pooling.Axis list =
            List.replicate
                2
                {
                    Window = Window.create 2 2
                    Before = 0
                    After = 0
                    Ceiling = false
                }

        let y =
            Convolution.forward
                { first with
                    Weight = leaves[1]
                    Bias = Some leaves[2]
                }
                leaves[0]
            |> Tensor.relu
            |> Pooling.max pooling
            |> Convolution.forward
                { second with
                    Weight = leaves[3]
                    Border = Border.Same
                }

        let outputs = y :: Derivative.reverse y (Tensor.tanh y) leaves

        let given =
            List.zip [ "x"; "a"; "b"; "c" ] leaves
            |> List.mapi (fun i (name, leaf) -> name, Random.normals (uint64 i) (Shape.size leaf.Shape))

        let plan =
            Plan.compileWith
                { Plan.defaults with Poison = true }
                engine
                (Dictionary<string, float32[]>())
                outputs
                []

        let expected =
            Eager.evaluate
                engine
                (given |> List.map (fun (name, values) -> name, Array.map float32 values))
                outputs

        ReaderLaws.write plan given
        plan.Run()

        // nothing but pooling reads the first convolution, and the weights stay
        let prediction =
            Plan.compileWith
                { Plan.defaults with
                    Poison = true
                    FixedState = Some(FixedValues())
                }
                engine
                (dict [ for name, values in given -> name, Array.map float32 values ]
                 |> Dictionary)
                [ y ]
                []

        for _ in 1..2 do
            prediction.Run()

        [
            if not (ReaderLaws.sameBits expected.Head (prediction.Output 0)) then
                $"{engine.Name}: the prediction %A{prediction.Output 0}, eager %A{expected.Head}"

            if size > 1 && prediction.Steps |> Seq.exists (fun step -> step.Name = "MaxPool") then
                "pooling is a step of its own"

            for i, eager in List.indexed expected do
                if not (ReaderLaws.sameBits eager (plan.Output i)) then
                    $"{engine.Name}, output {i}: plan %A{plan.Output i}, eager %A{eager}"

            if
                size > 1
                && not (Seq.exists (fun (step: PlanStep) -> step.Name.StartsWith "ImageGradient") plan.Steps)
            then
                "the plan has no gradient of images"

            if plan.Steps |> Seq.exists (fun step -> step.Name.Contains "ArgMax") then
                "the plan has indices of maxima"
        ]
        |> withoutComplaints)

[<Tests>]
let tests =
    testList
        "windows of images"
        [
            testList
                "Products with windows equal those with matrices of windows, to the bit"
                [ for engine in Engines.all -> equals engine ]
            testList
                "What follows a convolution is carried out as by itself, to the bit"
                [ for engine in Engines.all -> ends engine ]
            testList
                "Maximum pooling and its gradient equal those of one axis after the other, to the bit"
                [ for engine in Engines.all -> poolEquals engine ]
            testList
                "A plan of convolutions, pooling and their gradients equals eager evaluation, to the bit"
                [ for engine in Engines.all -> plans engine ]
        ]
