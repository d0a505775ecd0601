module Hybrid.Tests.GradientTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private a =
    matrix [ [ 1.0; 2.0; -1.0 ]; [ 0.5; 3.0; 4.0 ]; [ -2.0; 1.0; 0.25 ] ]

let private bothWays = a + Tensor.transpose a

let private times (m: Tensor) (x: Tensor) =
    Tensor.reshape [ m.Shape[0] ] (m *@ Tensor.reshape [ Shape.size x.Shape; 1 ] x)

/// xᵀ A x
let private quadratic x = Tensor.sumAll (x * times a x)

let private x = vector [ 0.5; -1.0; 2.0 ]

let private equal tolerance (expected: Tensor) (actual: Tensor) =
    Assert.Equal<int list>(expected.Shape, actual.Shape)
    values tolerance (Reference.value expected) actual

/// Rosenbrock, "An automatic method for finding the greatest or least value of a function" (1960).
let private rosenbrock (p: Tensor) =
    let at i =
        Tensor.reshape [] (Tensor.slice 0 i 1 p)

    let x, y = at 0, at 1
    (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x)

[<Fact>]
let ``A quadratic form has the gradient (A + Aᵀ) x and the Hessian A + Aᵀ`` () =
    equal 1e-12 (times bothWays x) (Gradient.grad quadratic x)
    equal 1e-12 bothWays (Gradient.hessian quadratic x)

[<Fact>]
let ``A Hessian-vector product equals the Hessian times the vector`` () =
    let v = vector [ 1.0; 2.0; -3.0 ]
    equal 1e-12 (times bothWays v) (Gradient.hvp quadratic x v)

    let curved x =
        Tensor.sumAll (Tensor.sin x * Tensor.exp (times a x))

    equal 1e-10 (times (Gradient.hessian curved x) v) (Gradient.hvp curved x v)

[<Fact>]
let ``The derivatives of Rosenbrock's function have their known values`` () =
    let value, gradient = Gradient.valueAndGrad rosenbrock (vector [ -1.0; 2.0 ])
    values 1e-12 [ 104.0 ] value
    values 1e-12 [ 396.0; 200.0 ] gradient
    equal 1e-12 (vector [ 0.0; 0.0 ]) (Gradient.grad rosenbrock (vector [ 1.0; 1.0 ]))

    equal
        1e-12
        (matrix [ [ 802.0; -400.0 ]; [ -400.0; 200.0 ] ])
        (Gradient.hessian rosenbrock (vector [ 1.0; 1.0 ]))

[<Fact>]
let ``The Jacobian of an affine map is its matrix, wide or tall`` () =
    let wide = matrix [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]
    equal 0.0 wide (Gradient.jacobian (fun x -> times wide x + vector [ 7.0; 8.0 ]) x)
    let tall = matrix [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ]; [ 5.0; 6.0 ] ]
    equal 0.0 tall (Gradient.jacobian (fun x -> times tall x) (vector [ 1.0; 2.0 ]))

[<Fact>]
let ``A Jacobian has the shape of the result, then of the tensor`` () =
    let x = matrix [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]
    let byRow = Gradient.jacobian (Tensor.sum 1) x
    Assert.Equal<int list>([ 2; 2; 3 ], byRow.Shape)
    values 0.0 [ 1.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 1.0; 1.0; 1.0 ] byRow
    equal 0.0 (Tensor.constant [] [| 6.0 |]) (Gradient.jacobian (fun x -> x * x) (Tensor.scalar 3.0))

[<Fact>]
let ``The gradient of the gradient of sin is -sin`` () =
    let second = Gradient.grad (Gradient.grad Tensor.sin)
    values 1e-15 [ -Math.Sin 0.7 ] (second (Tensor.scalar 0.7))
    values 1e-15 [ -Math.Cos 0.7 ] (Gradient.grad second (Tensor.scalar 0.7))

[<Fact>]
let ``Nested derivatives at the same tensor are not confused`` () =
    let x = Tensor.scalar 3.0
    // ∂/∂y xy = x at y = x, and then ∂/∂x x² = 2x
    values 0.0 [ 3.0 ] (Gradient.grad (fun y -> x * y) x)
    values 0.0 [ 6.0 ] (Gradient.grad (fun x -> x * Gradient.grad (fun y -> x * y) x) x)

    values
        0.0
        [ 3.0; 3.0 ]
        (Gradient.gradAll (List.reduce (*)) [ x; x ]
         |> List.map (Tensor.reshape [ 1 ])
         |> Tensor.concat 0)

[<Fact>]
let ``Forward and reverse mode give Jt and Jᵀg`` () =
    let f = times a >> Tensor.tanh
    let jacobian = Gradient.jacobian f x
    let value, tangent = Gradient.jvp f x (vector [ 1.0; 2.0; 3.0 ])
    let value', back = Gradient.vjp f x
    equal 0.0 (f x) value
    equal 0.0 (f x) value'
    equal 1e-12 (times jacobian (vector [ 1.0; 2.0; 3.0 ])) tangent

    equal
        1e-12
        (times (Tensor.transpose jacobian) (vector [ 3.0; -1.0; 1.0 ]))
        (back (vector [ 3.0; -1.0; 1.0 ]))

[<Fact>]
let ``Functions of several tensors are differentiated with respect to all of them`` () =
    let f (xs: Tensor list) = Tensor.sumAll (xs[0] * xs[0] * xs[1])
    let xs = [ vector [ 1.0; 2.0 ]; vector [ 3.0; 4.0 ] ]
    let value, gradients = Gradient.valueAndGradAll f xs
    values 0.0 [ 19.0 ] value
    List.iter2 (values 0.0) [ [ 6.0; 16.0 ]; [ 1.0; 4.0 ] ] gradients
    let ones = xs |> List.map (fun x -> Tensor.fill 1.0 x.Shape)
    values 0.0 [ 27.0 ] (Gradient.jvpAll f xs ones |> snd)

    List.iter2
        (values 0.0)
        [ [ 12.0; 32.0 ]; [ 2.0; 8.0 ] ]
        ((Gradient.vjpAll f xs |> snd) (Tensor.scalar 2.0))
    // H = [2y, 2x; 2x, 0] at each place
    List.iter2 (values 0.0) [ [ 8.0; 12.0 ]; [ 2.0; 4.0 ] ] (Gradient.hvpAll f xs ones)

[<Fact>]
let ``Derivatives at an input are graphs of that input`` () =
    let x = Tensor.input "x" [ 2 ]
    let gradient = Gradient.grad (fun x -> Tensor.sumAll (x * x)) x
    closeTo 0.0 [ 2.0; 6.0 ] (Reference.evaluate [ "x", [| 1.0; 3.0 |] ] [ gradient ] |> List.exactlyOne)

    let single =
        Eager.evaluate engine [ "x", [| 1f; 3f |] ] [ gradient ] |> List.exactlyOne

    Assert.Equal<float32>([| 2f; 6f |], single)

[<Fact>]
let ``Gradients of non-scalars, and the wrong number of tangents, are errors`` () =
    raises<NotDifferentiableException, _> [ "[3]"; "Sum or average it first" ] (fun () ->
        Gradient.grad Tensor.sin x)

    raises<NotDifferentiableException, _> [ "[3]" ] (fun () -> Gradient.hessian Tensor.sin x)
    raises<NotDifferentiableException, _> [ "ArgMax" ] (fun () -> Gradient.jacobian (Tensor.argMax 0) x)

    raises<ShapeMismatchException, _> [ "Jvp"; "[2]" ] (fun () ->
        Gradient.jvp Tensor.sin x (vector [ 1.0; 2.0 ]))

    raises<ShapeMismatchException, _> [ "1 tangents are needed, not 0" ] (fun () ->
        Gradient.jvpAll List.head [ x ] [])

[<Fact>]
let ``A custom derivative is used as given, right or wrong, in both modes`` () =
    let wrong = Gradient.custom "Cube" (fun x -> x * x * x) (fun x _ g -> 2.0 * g * x)
    let x = Tensor.scalar 5.0
    values 0.0 [ 125.0 ] (wrong x)
    values 0.0 [ 10.0 ] (Gradient.grad wrong x)
    values 0.0 [ 30.0 ] (Gradient.jvp wrong x (Tensor.scalar 3.0) |> snd)
    values 0.0 [ 2.0 ] (Gradient.grad (Gradient.grad wrong) x)
    Assert.Equal<float32>([| 125f |], Eager.value engine (wrong x))
    Assert.True(Interval.contains 125.0 (Enclosure.evaluate [] [ wrong x ]).Head[0])

[<Fact>]
let ``A step can be trained as the identity`` () =
    let fires = Gradient.custom "Fires" Tensor.step (fun _ _ g -> g)
    let x = vector [ -1.0; 2.0 ]
    values 0.0 [ 0.0; 1.0 ] (fires x)
    values 0.0 [ 1.0; 1.0 ] (Gradient.grad (fires >> Tensor.sumAll) x)

[<Fact>]
let ``A custom matrix function has its transpose in forward mode`` () =
    let mine =
        Gradient.custom "Affine" (times a) (fun _ _ g -> times (Tensor.transpose a) g)

    equal 1e-15 a (Gradient.jacobian mine x)
    equal 1e-15 (times a x) (Gradient.jvp mine x x |> snd)

[<Fact>]
let ``A custom function of several tensors uses both of its rules`` () =
    let product =
        Gradient.customAll
            "Product"
            (List.reduce (*))
            (fun xs _ g -> [ g * xs[1]; g * xs[0] ])
            (fun xs _ ts -> ts[0] * xs[1] + xs[0] * ts[1])

    let xs = [ Tensor.scalar 2.0; Tensor.scalar 7.0 ]
    List.iter2 (values 0.0) [ [ 7.0 ]; [ 2.0 ] ] (Gradient.gradAll product xs)
    values 0.0 [ 9.0 ] (Gradient.jvpAll product xs [ Tensor.scalar 1.0; Tensor.scalar 1.0 ] |> snd)

[<Fact>]
let ``Invalid custom functions are errors`` () =
    let other = Tensor.input "other" [ 3 ]

    raises<HybridException, _> [ "Mine"; "«other»" ] (fun () ->
        Gradient.custom "Mine" (fun x -> x + other) (fun _ _ g -> g) x)

    let short = Gradient.custom "Short" id (fun _ _ g -> Tensor.slice 0 0 1 g)

    raises<ShapeMismatchException, _> [ "Short"; "[3] and [1]" ] (fun () ->
        Gradient.grad (short >> Tensor.sumAll) x)

    match (short x).Node with
    | Apply(primitive, _) ->
        raises<HybridException, _> [ "Short"; "ONNX" ] (fun () -> primitive.Onnx [ "x" ] "y")
    | _ -> Assert.Fail "A function of one's own is a primitive."
