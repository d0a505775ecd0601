namespace Hybrid.Testing

open Hybrid.Core

/// A derivative at a point where it is a limit or a convention, and its value there.
[<NoComparison; NoEquality>]
type Convention =
    {
        Name: string
        /// A function of each element, or of each row, of [examples; 2], with the power, of shape [], that some functions have.
        Function: Tensor -> Tensor -> Tensor
        Power: float
        /// The number of times that it is differentiated.
        Order: int
        At: float list
        Expected: float list
    }

/// Derivatives at 0, as the documentation of each function states them.
module Conventions =
    let private convention name f power order (at, expected) : Convention =
        {
            Name = $"{name}, derivative {order}"
            Function = f
            Power = power
            Order = order
            At = at
            Expected = expected
        }

    let private powers =
        [
            for exponent, order, expected in
                [
                    0.0, 1, [ 0.0; 0.0 ]
                    0.0, 2, [ 0.0; 0.0 ]
                    1.0, 1, [ 1.0; 1.0 ]
                    1.0, 2, [ 0.0; 0.0 ]
                    1.0, 3, [ 0.0; 0.0 ]
                    2.0, 1, [ 0.0; 8.0 ]
                    2.0, 2, [ 2.0; 2.0 ]
                    2.0, 3, [ 0.0; 0.0 ]
                    3.0, 3, [ 6.0; 6.0 ]
                    3.0, 4, [ 0.0; 0.0 ]
                    1.5, 1, [ 0.0; 3.0 ]
                    // infinite slopes at 0
                    1.5, 2, [ 0.0; 0.375 ]
                    0.5, 1, [ 0.0; 0.25 ]
                    0.5, 2, [ 0.0; -0.03125 ]
                ] do
                let at = [ 0.0; 4.0 ], expected

                convention
                    $"x^{exponent}"
                    (fun _ x -> Tensor.power x (Tensor.scalar exponent))
                    exponent
                    order
                    at

                convention $"x^n for n = {exponent}" (fun n x -> Tensor.power x n) exponent order at
        ]

    let private length (x: Tensor) = Tensor.sqrt (Tensor.sum 1 (x * x))

    /// Every convention.
    let all: Convention list =
        powers
        @ [
            for name, f, order, at in
                [
                    "√x", Tensor.sqrt, 1, ([ 0.0; 4.0 ], [ 0.0; 0.25 ])
                    "√x", Tensor.sqrt, 2, ([ 0.0; 4.0 ], [ 0.0; -0.03125 ])
                    "√relu x", Tensor.relu >> Tensor.sqrt, 1, ([ 0.0; 4.0 ], [ 0.0; 0.25 ])
                    "√relu x below 0", Tensor.relu >> Tensor.sqrt, 1, ([ -1.0; -4.0 ], [ 0.0; 0.0 ])
                    "√|x|", Tensor.abs >> Tensor.sqrt, 1, ([ 0.0; -4.0 ], [ 0.0; -0.25 ])
                    "(relu x)^½",
                    (fun x -> Tensor.power (Tensor.relu x) (Tensor.scalar 0.5)),
                    1,
                    ([ -1.0; 4.0 ], [ 0.0; 0.25 ])
                    "the length of a row of zeros", length, 1, ([ 0.0; 0.0 ], [ 0.0; 0.0 ])
                    "the length of a row of zeros", length, 2, ([ 0.0; 0.0 ], [ 0.0; 0.0 ])
                    "the length of a row", length, 1, ([ 3.0; 4.0 ], [ 0.6; 0.8 ])
                    "a row by its length",
                    (fun x -> x / (Tensor.reshape [ x.Shape[0]; 1 ] (length x) + 1.0)),
                    1,
                    ([ 0.0; 0.0 ], [ 1.0; 1.0 ])
                    "|x|", Tensor.abs, 1, ([ 0.0; -4.0 ], [ 0.0; -1.0 ])
                    "relu x", Tensor.relu, 1, ([ 0.0; 4.0 ], [ 0.0; 1.0 ])
                    "max(x, 0)",
                    (fun x -> Tensor.maximum x (Tensor.scalar 0.0)),
                    1,
                    ([ 0.0; -4.0 ], [ 1.0; 0.0 ])
                ] do
                convention name (fun _ x -> f x) 0.0 order at
        ]

    /// The derivative as a graph of the inputs "x", [1; 2], and "n".
    let graph (convention: Convention) : Tensor =
        let x, power = Tensor.input "x" [ 1; 2 ], Tensor.input "n" []

        List.fold
            (fun y _ -> Derivative.gradient (Tensor.sumAll y) [ x ] |> List.exactlyOne)
            (convention.Function power x)
            [ 1 .. convention.Order ]

    /// The inputs of the graph.
    let inputs (convention: Convention) : (string * float[]) list =
        [ "x", Array.ofList convention.At; "n", [| convention.Power |] ]

    /// Complaints about wrong values of the derivative.
    let complaints (tolerance: float) (convention: Convention) (values: float[]) : string list =
        List.concat (
            Seq.mapi2
                (fun i actual expected -> Law.differ $"{convention.Name}[{i}]" tolerance actual expected)
                values
                convention.Expected
        )
