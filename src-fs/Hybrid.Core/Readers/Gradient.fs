namespace Hybrid.Core

/// <summary>Derivatives of functions of tensors, under their usual names. Every result is a graph, so they can be
/// nested.</summary>
/// <remarks>A function is applied to a new tensor with the same values as the one given: anything that it reaches another way
/// counts as constant, in nested derivatives too (Siskind and Pearlmutter, "Perturbation confusion and referential transparency",
/// 2005). Modes and names: Baydin, Pearlmutter, Radul and Siskind, "Automatic differentiation in machine learning: a survey"
/// (2018).</remarks>
/// <example>The gradient of xᵀx at (1, 2), which is (2, 4):
/// <code>
/// let f x = Tensor.sumAll (x * x)
/// let x = Tensor.constant [ 2 ] [| 1.0; 2.0 |]
/// printfn "%A" (Reference.value (Gradient.grad f x))
/// </code></example>
module Gradient =
    open Operands

    /// The same values in a new node.
    let private fresh (x: Tensor) : Tensor =
        Tensor.apply
            x.Shape
            [ x ]
            {
                Name = "Identity"
                Vjp = fun _ _ g -> [ g ]
                Jvp = fun _ _ tangents -> one tangents
                Reference = one
                Enclosure = one
                Continuity = Continuity.Smooth
                Rounding = RoundingRule.Moves
                Kernel = Kernel.View
                Onnx = Tensor.onnx "Identity"
            }

    let private asList (f: Tensor -> Tensor) (xs: Tensor list) = f (one xs)

    /// Number i of the tensors of a shape that are 1 at one element and 0 elsewhere.
    let private unit (shape: Shape) i =
        Tensor.constant shape (Array.init (Shape.size shape) (fun j -> if i = j then 1.0 else 0.0))

    /// Tensors of one size, as the rows of a matrix.
    let private rows (length: int) (parts: Tensor list) =
        match parts with
        | [] -> Tensor.constant [ 0; length ] [||]
        | _ -> parts |> List.map (Tensor.reshape [ 1; length ]) |> Tensor.concat 0

    // ---- several tensors --------------------------------------------------------------------------------------------

    /// <summary>f(x₁, …) and its gradients ∂f/∂xᵢ.</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="xs">Any tensors.</param>
    /// <returns>The value, of shape [], and one gradient per tensor, of its shape.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    let valueAndGradAll (f: Tensor list -> Tensor) (xs: Tensor list) : Tensor * Tensor list =
        let xs = List.map fresh xs
        let y = f xs
        y, Derivative.gradient y xs

    /// <summary>The gradients ∂f/∂xᵢ of f(x₁, …).</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="xs">Any tensors.</param>
    /// <returns>One gradient per tensor, of its shape.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    let gradAll (f: Tensor list -> Tensor) (xs: Tensor list) : Tensor list = valueAndGradAll f xs |> snd

    /// <summary>f(x₁, …) and its derivative along a direction, Σ (∂f/∂xᵢ) tᵢ: forward mode.</summary>
    /// <param name="f">Returns a tensor of any shape.</param>
    /// <param name="xs">Any tensors.</param>
    /// <param name="tangents">One per tensor, of its shape.</param>
    /// <returns>The value, and its tangent, of the same shape.</returns>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of tangents differs from the number of tensors, or the shape of one
    /// from its tensor's.</exception>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is an index.</exception>
    let jvpAll (f: Tensor list -> Tensor) (xs: Tensor list) (tangents: Tensor list) : Tensor * Tensor =
        if xs.Length <> tangents.Length then
            let shapes = xs @ tangents |> List.map _.Shape

            raise (
                ShapeMismatchException(
                    "Jvp",
                    shapes,
                    $"{xs.Length} tangents are needed, not {tangents.Length}."
                )
            )

        let xs = List.map fresh xs
        let y = f xs
        y, Derivative.forward y (List.zip xs tangents)

    /// <summary>f(x₁, …) and the function from a cotangent g to the cotangents (∂f/∂xᵢ)ᵀ g: reverse mode.</summary>
    /// <param name="f">Returns a tensor of any shape.</param>
    /// <param name="xs">Any tensors.</param>
    /// <returns>The value; and a function from a cotangent of the value's shape to one cotangent per tensor, of its shape. The
    /// function raises ShapeMismatchException for any other shape, and NotDifferentiableException if the value is an index.</returns>
    let vjpAll (f: Tensor list -> Tensor) (xs: Tensor list) : Tensor * (Tensor -> Tensor list) =
        let xs = List.map fresh xs
        let y = f xs
        y, (fun cotangent -> Derivative.reverse y cotangent xs)

    /// <summary>H v for the Hessian H of f(x₁, …), over all tensors together: forward over reverse mode, without forming
    /// H.</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="xs">Any tensors.</param>
    /// <param name="vs">One per tensor, of its shape.</param>
    /// <returns>One product per tensor, of its shape.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of directions differs from the number of tensors, or the shape of one
    /// from its tensor's.</exception>
    /// <remarks>Pearlmutter, "Fast exact multiplication by the Hessian" (1994).</remarks>
    let hvpAll (f: Tensor list -> Tensor) (xs: Tensor list) (vs: Tensor list) : Tensor list =
        xs |> List.mapi (fun i _ -> jvpAll (fun xs -> (gradAll f xs)[i]) xs vs |> snd)

    // ---- one tensor -------------------------------------------------------------------------------------------------

    /// <summary>f(x) and its gradient ∂f/∂x.</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="x">Any tensor.</param>
    /// <returns>The value, of shape [], and the gradient, of the shape of x.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    let valueAndGrad (f: Tensor -> Tensor) (x: Tensor) : Tensor * Tensor =
        let y, gradients = valueAndGradAll (asList f) [ x ]
        y, one gradients

    /// <summary>The gradient ∂f/∂x.</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="x">Any tensor.</param>
    /// <returns>The gradient, of the shape of x.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    let grad (f: Tensor -> Tensor) (x: Tensor) : Tensor = valueAndGrad f x |> snd

    /// <summary>f(x) and its derivative along a direction, (∂f/∂x) t: forward mode.</summary>
    /// <param name="f">Returns a tensor of any shape.</param>
    /// <param name="x">Any tensor.</param>
    /// <param name="tangent">Has the shape of x.</param>
    /// <returns>The value, and its tangent, of the same shape.</returns>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shape of the tangent differs from that of x.</exception>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is an index.</exception>
    let jvp (f: Tensor -> Tensor) (x: Tensor) (tangent: Tensor) : Tensor * Tensor =
        jvpAll (asList f) [ x ] [ tangent ]

    /// <summary>f(x) and the function from a cotangent g to (∂f/∂x)ᵀ g: reverse mode.</summary>
    /// <param name="f">Returns a tensor of any shape.</param>
    /// <param name="x">Any tensor.</param>
    /// <returns>The value; and a function from a cotangent of the value's shape to one of the shape of x. The function raises
    /// ShapeMismatchException for any other shape, and NotDifferentiableException if the value is an index.</returns>
    let vjp (f: Tensor -> Tensor) (x: Tensor) : Tensor * (Tensor -> Tensor) =
        let y, back = vjpAll (asList f) [ x ]
        y, back >> one

    /// <summary>All derivatives ∂fᵢ/∂xⱼ: one run of reverse mode per element of f, or of forward mode per element of x, whichever
    /// are fewer, each with its own nodes.</summary>
    /// <param name="f">Returns a tensor of any shape.</param>
    /// <param name="x">Any tensor.</param>
    /// <returns>The shape is that of f(x) followed by that of x: a matrix where both are vectors.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is an index.</exception>
    let jacobian (f: Tensor -> Tensor) (x: Tensor) : Tensor =
        let x = fresh x
        let y = f x
        let m, n = Shape.size y.Shape, Shape.size x.Shape

        let matrix =
            if m <= n then
                rows n [ for i in 0 .. m - 1 -> one (Derivative.reverse y (unit y.Shape i) [ x ]) ]
            else
                rows m [ for j in 0 .. n - 1 -> Derivative.forward y [ x, unit x.Shape j ] ]
                |> Tensor.transpose

        Tensor.reshape (y.Shape @ x.Shape) matrix

    /// <summary>The second derivatives ∂²f/∂xᵢ∂xⱼ: the Jacobian of the gradient.</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="x">Any tensor.</param>
    /// <returns>The shape is that of x, twice: a matrix where x is a vector.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    let hessian (f: Tensor -> Tensor) (x: Tensor) : Tensor = jacobian (grad f) x

    /// <summary>H v for the Hessian H of f at x, without forming H: about the cost of two gradients.</summary>
    /// <param name="f">Returns a scalar.</param>
    /// <param name="x">Any tensor.</param>
    /// <param name="v">Has the shape of x.</param>
    /// <returns>The product, of the shape of x.</returns>
    /// <exception cref="T:Hybrid.NotDifferentiableException">The value is not a scalar, or is an index.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shape of v differs from that of x.</exception>
    let hvp (f: Tensor -> Tensor) (x: Tensor) (v: Tensor) : Tensor = hvpAll (asList f) [ x ] [ v ] |> one

    // ---- custom derivatives ----------------------------------------------------------------------------------------

    /// <summary>A function of several tensors with custom derivatives, which are used as given.</summary>
    /// <param name="name">The name in graphs.</param>
    /// <param name="forward">The values, as a graph; any other tensors that it needs must be constants.</param>
    /// <param name="vjp">From the operands, the result and its cotangent to the cotangent of each operand, of the operand's
    /// shape.</param>
    /// <param name="jvp">From the operands, the result and the tangent of each operand to the result's tangent, of the result's
    /// shape.</param>
    /// <param name="operands">Any tensors.</param>
    /// <returns>A tensor of the shape that forward returns. Engines compute it by its definition, in double precision; it has no
    /// ONNX form. Bounds are those of the definition: neither the name nor the derivatives are trusted, and there is no bound of
    /// its rounding.</returns>
    /// <exception cref="T:Hybrid.HybridException">The values need an input that is not an operand.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">Raised by derivatives, if a rule returns the wrong shape.</exception>
    let customAll
        (name: string)
        (forward: Tensor list -> Tensor)
        (vjp: Tensor list -> Tensor -> Tensor -> Tensor list)
        (jvp: Tensor list -> Tensor -> Tensor list -> Tensor)
        (operands: Tensor list)
        : Tensor =
        let places =
            operands
            |> List.mapi (fun i operand -> Tensor.input $"{name}/{i}" operand.Shape)

        let body = forward places

        for x in Graph.order [ body ] do
            match x.Node with
            | Input other when not (List.exists (fun place -> obj.ReferenceEquals(place, x)) places) ->
                raise (
                    HybridException
                        $"{name} needs the input {Printable.quote other}, which is not one of its operands. Pass it as an operand."
                )
            | _ -> ()

        let named values =
            places
            |> List.mapi (fun i _ -> $"{name}/{i}")
            |> fun names -> List.zip names values

        let shapesOf (tensors: Tensor list) = tensors |> List.map _.Shape

        let agree (expected: Tensor list) (actual: Tensor list) =
            if shapesOf expected <> shapesOf actual then
                let shapes = shapesOf expected @ shapesOf actual

                raise (
                    ShapeMismatchException(name, shapes, "A derivative must have the shape of its tensor.")
                )

            actual

        Tensor.apply
            body.Shape
            operands
            {
                Name = name
                Vjp = fun operands y g -> agree operands (vjp operands y g)
                Jvp = fun operands y tangents -> agree [ y ] [ jvp operands y tangents ] |> one
                Reference = fun operands -> Reference.evaluate (named operands) [ body ] |> one
                Enclosure = fun operands -> Enclosure.evaluate (named operands) [ body ] |> one
                // the given derivative need not be that of the function
                Continuity = Continuity.Unknown
                Rounding = RoundingRule.Unknown
                Kernel = Kernel.Definition
                Onnx =
                    fun _ _ ->
                        raise (
                            HybridException
                                $"{name} has a custom derivative, which ONNX cannot represent: export the function that it replaces."
                        )
            }

    /// <summary>A function of one tensor with a custom derivative, which is used as given.</summary>
    /// <param name="name">The name in graphs.</param>
    /// <param name="forward">The values, as a graph; any other tensors that it needs must be constants.</param>
    /// <param name="vjp">From the operand, the result and its cotangent g to the operand's cotangent, of the operand's shape. It
    /// must be linear in g: forward mode is its transpose.</param>
    /// <param name="x">Any tensor.</param>
    /// <returns>A tensor of the shape that forward returns. Engines compute it by its definition, in double precision; it has no
    /// ONNX form. Bounds are those of the definition: neither the name nor the derivative is trusted, and there is no bound of
    /// its rounding.</returns>
    /// <exception cref="T:Hybrid.HybridException">The values need an input that is not the operand.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">Raised by derivatives, if the rule returns the wrong shape.</exception>
    /// <example>A step that is trained as if it were the identity (a straight-through estimator):
    /// <code>
    /// let fires = Gradient.custom "Fires" Tensor.step (fun x y g -> g)
    /// let x = Tensor.constant [ 2 ] [| -1.0; 2.0 |]
    /// printfn "%A" (Reference.value (Gradient.grad (fires >> Tensor.sumAll) x)) // 1, 1
    /// </code></example>
    let custom
        (name: string)
        (forward: Tensor -> Tensor)
        (vjp: Tensor -> Tensor -> Tensor -> Tensor)
        (x: Tensor)
        : Tensor =
        // the map from g to Jᵀ g is linear, and its own reverse mode maps t to J t, at any g
        let jvp (operands: Tensor list) (y: Tensor) (tangents: Tensor list) =
            let g = fresh (Tensor.zerosLike y)
            Derivative.reverse (vjp (one operands) y g) (one tangents) [ g ] |> one

        customAll name (asList forward) (fun operands y g -> [ vjp (one operands) y g ]) jvp [ x ]
