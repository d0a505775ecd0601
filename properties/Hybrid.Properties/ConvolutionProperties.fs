/// Convolutions and pooling equal plain loops over their definitions.
module Hybrid.Properties.ConvolutionProperties

open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

/// Windows along one axis, its extent, and the padding before and after it.
type private Axis =
    {
        Extent: int
        Window: Window
        Before: int
        After: int
    }

type private Case =
    {
        Axes: Axis list
        Examples: int
        Groups: int
        Channels: int
        Outputs: int
        Ceiling: bool
        Seed: int
    }

let private axis (padsWithin: bool) : Gen<Axis> =
    gen {
        let! size = Gen.choose (1, 3)
        let! stride = Gen.choose (1, 3)
        let! dilation = Gen.choose (1, 2)
        let! before = Gen.choose (0, (if padsWithin then size - 1 else 3))
        let! after = Gen.choose (0, (if padsWithin then size - 1 else 3))
        let reach = (size - 1) * dilation + 1

        let! extent =
            Gen.choose (max 1 (if padsWithin then reach else reach - before - after), 7)

        return
            {
                Extent = extent
                Window =
                    {
                        Size = size
                        Stride = stride
                        Dilation = dilation
                    }
                Before = before
                After = after
            }
    }

let private cases (padsWithin: bool) : Arbitrary<Case> =
    gen {
        let! rank = Gen.choose (1, 2)
        let! axes = Gen.listOfLength rank (axis padsWithin)
        let! examples = Gen.choose (1, 2)
        let! groups = Gen.choose (1, 3)
        let! channels = Gen.choose (1, 2)
        let! outputs = Gen.choose (1, 2)
        let! ceiling = Gen.elements [ false; true ]
        let! seed = Gen.choose (0, 1000)

        return
            {
                Axes = axes
                Examples = examples
                Groups = groups
                Channels = channels
                Outputs = outputs
                Ceiling = ceiling
                Seed = seed
            }
    }
    |> Arb.fromGen

/// Two axes: the second one of a case with one has a single element.
let private plane (case: Case) =
    match case.Axes with
    | [ first; second ] -> struct (first, second)
    | axes ->
        struct (axes.Head,
                {
                    Extent = 1
                    Window = Window.create 1 1
                    Before = 0
                    After = 0
                })

let private numbers seed (shape: Shape) =
    let random = System.Random(seed: int)
    Array.init (Shape.size shape) (fun _ -> float (random.Next(-8, 9)))

let private constant seed (shape: Shape) =
    Tensor.constant shape (numbers seed shape)

let private extents (case: Case) = case.Axes |> List.map _.Extent

let private image (case: Case) =
    case.Examples :: extents case @ [ case.Groups * case.Channels ]

let private count (axis: Axis) =
    (axis.Extent + axis.Before + axis.After - int (Window.reach axis.Window))
    / axis.Window.Stride
    + 1

/// The position that an element of a window has in the axis, if it is within it.
let private position (axis: Axis) (i: int) (tap: int) =
    let at = i * axis.Window.Stride - axis.Before + tap * axis.Window.Dilation
    if 0 <= at && at < axis.Extent then Some at else None

/// y[n, i, j, o] = b[o] + Σ x[n, i + …, j + …, c] w[o, s, t, c]
let private convolved (case: Case) (x: float[]) (w: float[]) (b: float[]) : float[] =
    let struct (first, second) = plane case
    let channels = case.Groups * case.Channels
    let outputs = case.Groups * case.Outputs

    [|
        for n in 0 .. case.Examples - 1 do
            for i in 0 .. count first - 1 do
                for j in 0 .. count second - 1 do
                    for o in 0 .. outputs - 1 do
                        let terms =
                            [
                                for s in 0 .. first.Window.Size - 1 do
                                    for t in 0 .. second.Window.Size - 1 do
                                        match position first i s, position second j t with
                                        | Some row, Some column ->
                                            for c in 0 .. case.Channels - 1 do
                                                let channel = o / case.Outputs * case.Channels + c

                                                let pixel =
                                                    ((n * first.Extent + row) * second.Extent + column)
                                                    * channels
                                                    + channel

                                                let weight =
                                                    ((o * first.Window.Size + s) * second.Window.Size + t)
                                                    * case.Channels
                                                    + c

                                                x[pixel] * w[weight]
                                        | _ -> ()
                            ]

                        b[o] + List.sum terms
    |]

/// y[n, r, c, o] = b[o] + Σ x[n, i, j, c] w[c, s, t, o] over all i, j, s, t that lie at r, c.
let private spread (case: Case) (x: float[]) (w: float[]) (b: float[]) : float[] =
    let struct (first, second) = plane case
    let outputs = case.Groups * case.Outputs

    let whole (axis: Axis) =
        (axis.Extent - 1) * axis.Window.Stride + int (Window.reach axis.Window)

    let height, width = whole first, whole second
    let y = Array.zeroCreate (case.Examples * height * width * outputs)

    for n in 0 .. case.Examples - 1 do
        for i in 0 .. first.Extent - 1 do
            for j in 0 .. second.Extent - 1 do
                for c in 0 .. case.Groups * case.Channels - 1 do
                    for s in 0 .. first.Window.Size - 1 do
                        for t in 0 .. second.Window.Size - 1 do
                            for o in 0 .. case.Outputs - 1 do
                                let row = i * first.Window.Stride + s * first.Window.Dilation
                                let column = j * second.Window.Stride + t * second.Window.Dilation
                                let output = c / case.Channels * case.Outputs + o
                                let at = ((n * height + row) * width + column) * outputs + output

                                y[at] <-
                                    y[at]
                                    + x[((n * first.Extent + i) * second.Extent + j)
                                        * case.Groups
                                        * case.Channels
                                        + c]
                                      * w[((c * first.Window.Size + s) * second.Window.Size + t)
                                          * case.Outputs
                                          + o]

    y |> Array.mapi (fun at v -> v + b[at % outputs])

let private poolAxes (case: Case) : Pooling.Axis list =
    case.Axes
    |> List.map (fun axis ->
        {
            Window = axis.Window
            Before = axis.Before
            After = axis.After
            Ceiling = case.Ceiling
        })

/// A reduction of the elements of each window within the image, and the number of them within the padded image; none if a window
/// lies in the padding.
let private pooled (case: Case) (reduce: float list -> int -> float) (x: float[]) : float[] option =
    let struct (first, second) = plane case
    let channels = case.Groups * case.Channels

    let counts =
        match List.map2 Pooling.count (extents case) (poolAxes case) with
        | [ rows ] -> rows, 1
        | counts -> counts[0], counts[1]

    let inPadded (axis: Axis) i tap =
        i * axis.Window.Stride + tap * axis.Window.Dilation < axis.Before + axis.Extent + axis.After

    let windows =
        [
            for n in 0 .. case.Examples - 1 do
                for i in 0 .. fst counts - 1 do
                    for j in 0 .. snd counts - 1 do
                        for c in 0 .. channels - 1 do
                            let places =
                                [
                                    for s in 0 .. first.Window.Size - 1 do
                                        for t in 0 .. second.Window.Size - 1 -> s, t
                                ]

                            let elements =
                                places
                                |> List.choose (fun (s, t) ->
                                    match position first i s, position second j t with
                                    | Some row, Some column ->
                                        Some
                                            x[((n * first.Extent + row) * second.Extent + column) * channels
                                              + c]
                                    | _ -> None)

                            let padded =
                                places
                                |> List.filter (fun (s, t) -> inPadded first i s && inPadded second j t)

                            elements, padded.Length
        ]

    if windows |> List.exists (fun (elements, _) -> elements.IsEmpty) then
        None
    else
        windows
        |> List.map (fun (elements, padded) -> reduce elements padded)
        |> Array.ofList
        |> Some

let private isClose (expected: float[]) (actual: Tensor) =
    let actual = Reference.value actual

    expected.Length = actual.Length
    && Array.forall2 (fun (e: float) a -> abs (e - a) <= 1e-9 * (1.0 + abs e)) expected actual

let private pools
    (case: Case)
    (reduce: float list -> int -> float)
    (pool: Pooling.Axis list -> Tensor -> Tensor)
    =
    let x = numbers case.Seed (image case)

    let apply () =
        pool (poolAxes case) (Tensor.constant (image case) x)

    match pooled case reduce x with
    | Some expected -> isClose expected (apply ())
    | None ->
        try
            apply () |> ignore
            false
        with :? ShapeMismatchException ->
            true

[<Tests>]
let tests =
    testList
        "convolution"
        [
            property "Convolutions equal their definition" 200 (cases false) (fun case ->
                let outputs = case.Groups * case.Outputs
                let windows = case.Axes |> List.map _.Window
                let weightShape = outputs :: (windows |> List.map _.Size) @ [ case.Channels ]

                let x, w, b =
                    numbers 1 (image case), numbers case.Seed weightShape, numbers 2 [ outputs ]

                let edges = case.Axes |> List.map (fun axis -> struct (axis.Before, axis.After))

                Convolutions.forward
                    windows
                    edges
                    case.Groups
                    (Tensor.constant weightShape w)
                    (Some(Tensor.constant [ outputs ] b))
                    (Tensor.constant (image case) x)
                |> isClose (convolved case x w b))

            property "Transposed convolutions equal their definition" 200 (cases false) (fun case ->
                let channels = case.Groups * case.Channels
                let windows = case.Axes |> List.map _.Window
                let weightShape = channels :: (windows |> List.map _.Size) @ [ case.Outputs ]
                let b = numbers 2 [ case.Groups * case.Outputs ]
                let x, w = numbers 1 (image case), numbers case.Seed weightShape

                Convolutions.transposed
                    windows
                    (List.replicate windows.Length Padding.none)
                    case.Groups
                    (Tensor.constant weightShape w)
                    (Some(Tensor.constant [ b.Length ] b))
                    (Tensor.constant (image case) x)
                |> isClose (spread case x w b))

            property "A transposed convolution is the adjoint of a convolution" 100 (cases false) (fun case ->
                let windows = case.Axes |> List.map _.Window
                let edges = case.Axes |> List.map (fun axis -> struct (axis.Before, axis.After))
                let outputs = case.Groups * case.Outputs

                let weight =
                    constant case.Seed (outputs :: (windows |> List.map _.Size) @ [ case.Channels ])

                let x = Tensor.input "x" (image case)
                let y = Convolutions.forward windows edges case.Groups weight None x
                let g = constant 3 y.Shape

                // elements beyond the last window have no part in it
                let rest =
                    case.Axes
                    |> List.map (fun axis ->
                        (axis.Extent + axis.Before + axis.After - int (Window.reach axis.Window)) %
                            axis.Window.Stride)

                let cut =
                    List.map2 (fun (struct (before, after)) rest -> struct (before, after - rest)) edges rest

                let adjoint = Derivative.reverse y g [ x ] |> List.head

                Convolutions.transposed windows cut case.Groups weight None g
                |> isClose (Reference.value adjoint))

            property "Maximum pooling equals its definition" 200 (cases true) (fun case ->
                pools case (fun elements _ -> List.max elements) Pooling.max)

            property "Average pooling equals its definition" 200 (cases true) (fun case ->
                pools case (fun elements _ -> List.average elements) (Pooling.mean false))

            property "Average pooling with padding equals its definition" 200 (cases true) (fun case ->
                pools case (fun elements padded -> List.sum elements / float padded) (Pooling.mean true))

            property
                "Of equal maxima the first in row-major order has the derivative"
                100
                (cases true)
                (fun case ->
                    let x = Tensor.constant (image case) (Array.zeroCreate (Shape.size (image case)))

                    // slightly less with each place: the maxima stay the same
                    let falling =
                        Array.init (Shape.size (image case)) (fun i -> -float i)
                        |> Tensor.constant (image case)

                    let gradient (x: Tensor) =
                        let y = Pooling.max (poolAxes case) x
                        Derivative.reverse y (constant 4 y.Shape) [ x ] |> List.head |> Reference.value

                    match pooled case (fun _ _ -> 0.0) (numbers 0 (image case)) with
                    | Some _ -> gradient x = gradient falling
                    | None -> true)
        ]
