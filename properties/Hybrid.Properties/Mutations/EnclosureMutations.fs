/// Bounds made wrong in ways that are easily overlooked, compared with exact fractions.
module Hybrid.Properties.EnclosureMutations

open System
open Hybrid.Core
open Hybrid.Testing

let private operand size = Tensor.input "x" [ 1; size ]

let private primitiveOf (x: Tensor) : Primitive =
    match x.Node with
    | Apply(primitive, _) -> primitive
    | _ -> invalidArg (nameof x) "Only a primitive has bounds."

/// Whether the law complains about a primitive with changed bounds.
let private mutation
    what
    (sizes: int list)
    (x: Tensor)
    (change: Interval[] list -> Interval[] -> Interval[])
    =
    let primitive = primitiveOf x

    let wrong =
        { primitive with
            Enclosure = fun operands -> change operands (primitive.Enclosure operands)
        }

    let isCaught () =
        let isFound case =
            not (ExactLaws.boundsComplaints wrong case).IsEmpty

        List.exists isFound (ExactCase.directed sizes)
        || sample 2000 (ExactCase.arbitrary sizes).Generator |> Array.exists isFound

    $"bounds of {primitive.Name}: {what}", isCaught

let private each (f: Interval -> Interval -> Interval) (operands: Interval[] list) bounds =
    Array.map2 f operands.Head bounds

let private eachOfTwo (f: Interval -> Interval -> Interval -> Interval) (operands: Interval[] list) bounds =
    Array.map3 f operands[0] operands[1] bounds

let private ends lower upper = { Lower = lower; Upper = upper }

let private shrunk (x: Interval) =
    ends (Math.BitIncrement x.Lower) (Math.BitDecrement x.Upper)

/// Bounds that are not rounded outward, if they are numbers.
let private nearest f =
    each (fun x bounds ->
        if
            Interval.isDefined bounds
            && Double.IsFinite bounds.Lower
            && Double.IsFinite bounds.Upper
        then
            ends (f x.Lower) (f x.Upper)
        else
            bounds)

let private a, b = operand 2, operand 2

let all: (string * (unit -> bool)) list =
    [
        mutation
            "the upper end of a sum rounded down"
            [ 2; 2 ]
            (a + b)
            (eachOfTwo (fun a b bounds ->
                let exact = a.Upper + b.Upper

                if exact < bounds.Upper then
                    { bounds with Upper = exact }
                else
                    bounds))
        mutation
            "the lower end of a difference rounded up"
            [ 2; 2 ]
            (a - b)
            (eachOfTwo (fun a b bounds ->
                let exact = a.Lower - b.Upper

                if exact > bounds.Lower then
                    { bounds with Lower = exact }
                else
                    bounds))
        mutation
            "not rounded outward"
            [ 2; 2 ]
            (a * b)
            (eachOfTwo (fun a b bounds ->
                if a.Lower = a.Upper && b.Lower = b.Upper then
                    Interval.exactly (a.Lower * b.Lower)
                else
                    bounds))
        mutation
            "a corner is missing"
            [ 2; 2 ]
            (a * b)
            (eachOfTwo (fun a b bounds ->
                if Interval.isDefined bounds then
                    ends (min (a.Lower * b.Lower) (a.Lower * b.Upper)) bounds.Upper
                else
                    bounds))
        mutation
            "not rounded outward"
            [ 2; 2 ]
            (a / b)
            (eachOfTwo (fun a b bounds ->
                if a.Lower = a.Upper && b.Lower = b.Upper && Interval.isDefined bounds then
                    Interval.exactly (a.Lower / b.Lower)
                else
                    bounds))
        mutation
            "a divisor that contains 0 counts by its ends only"
            [ 2; 2 ]
            (a / b)
            (eachOfTwo (fun a b bounds ->
                if Interval.isDefined a && b.Lower < 0.0 && b.Upper > 0.0 then
                    Interval.everything
                else
                    bounds))
        mutation
            "the root of a negative number is 0"
            [ 2 ]
            (Tensor.sqrt a)
            (each (fun x bounds ->
                if x.Lower < 0.0 then
                    ends 0.0 (Math.BitIncrement(sqrt (max 0.0 x.Upper)))
                else
                    bounds))
        mutation "not rounded outward" [ 2 ] (Tensor.sqrt a) (nearest sqrt)
        mutation
            "the logarithm of 0 is a number"
            [ 2 ]
            (Tensor.log a)
            (each (fun x bounds -> if x.Lower = 0.0 then ends -infinity 1000.0 else bounds))
        mutation "not rounded outward" [ 2 ] (Tensor.log a) (nearest log)
        mutation "not rounded outward" [ 2 ] (Tensor.exp a) (nearest exp)
        mutation "not rounded outward" [ 2 ] (Tensor.tanh a) (nearest tanh)
        mutation "not rounded outward" [ 2 ] (Tensor.sigmoid a) (nearest Special.sigmoid)
        mutation "not rounded outward" [ 2 ] (Tensor.softplus a) (nearest Special.softplus)
        mutation "not rounded outward" [ 2 ] (Tensor.erf a) (nearest Special.erf)
        mutation
            "ends only"
            [ 2 ]
            (Tensor.cos a)
            (each (fun x bounds ->
                if Double.IsFinite x.Lower && Double.IsFinite x.Upper then
                    Interval.hull (Interval.exactly (cos x.Lower)) (Interval.exactly (cos x.Upper))
                    |> Interval.loosen 4.0 4.0
                else
                    bounds))
        mutation "one unit too narrow" [ 2 ] (Tensor.sin a) (each (fun _ bounds -> shrunk (shrunk bounds)))
        mutation
            "ends only"
            [ 2 ]
            (Tensor.abs a)
            (each (fun x bounds ->
                if Interval.isDefined bounds then
                    Interval.hull (Interval.exactly (abs x.Lower)) (Interval.exactly (abs x.Upper))
                else
                    bounds))
        mutation
            "NaN counts as small"
            [ 2 ]
            (Tensor.relu a)
            (each (fun _ bounds ->
                if Interval.isDefined bounds then
                    bounds
                else
                    Interval.exactly 0.0))
        mutation
            "NaN counts as below the threshold"
            [ 2 ]
            (Tensor.step a)
            (each (fun _ bounds ->
                if Interval.isDefined bounds then
                    bounds
                else
                    Interval.exactly 0.0))
        mutation
            "open at 0"
            [ 2 ]
            (Tensor.step a)
            (each (fun x bounds -> if x.Lower = 0.0 then Interval.exactly 1.0 else bounds))
        mutation
            "a square of both signs counts by its ends only"
            [ 2; 2 ]
            (Tensor.power a b)
            (eachOfTwo (fun a b bounds ->
                if Interval.isDefined bounds && b = Interval.exactly 2.0 then
                    Interval.hull
                        (Interval.exactly (a.Lower * a.Lower))
                        (Interval.exactly (a.Upper * a.Upper))
                    |> Interval.loosen 4.0 0.0
                else
                    bounds))
        mutation
            "a negative power of 0 has a value"
            [ 2; 2 ]
            (Tensor.power a b)
            (eachOfTwo (fun _ _ bounds ->
                if Interval.isDefined bounds then
                    bounds
                else
                    Interval.everything))
        mutation
            "the smaller of the upper ends"
            [ 2; 2 ]
            (Tensor.maximum a b)
            (eachOfTwo (fun a b bounds ->
                { bounds with
                    Upper = min a.Upper b.Upper
                }))
        mutation
            "equal numbers count as greater"
            [ 2; 2 ]
            (Tensor.greater a b)
            (eachOfTwo (fun a b bounds ->
                if a = b && a.Lower = a.Upper then
                    Interval.exactly 1.0
                else
                    bounds))
        mutation "one branch only" [ 2; 2; 2 ] (Tensor.select a b b) (fun operands bounds ->
            if Array.forall Interval.isDefined bounds then
                operands[1]
            else
                bounds)
        mutation "not rounded outward" [ 3 ] (Tensor.sum 1 (operand 3)) (fun operands bounds ->
            if Array.forall (fun (x: Interval) -> x.Lower = x.Upper) operands.Head then
                [| Interval.exactly (operands.Head |> Array.sumBy _.Lower) |]
            else
                bounds)
        mutation
            "not rounded outward"
            [ 2; 2 ]
            (operand 2 *@ Tensor.input "y" [ 2; 1 ])
            (fun operands bounds ->
                if operands |> List.forall (Array.forall (fun x -> x.Lower = x.Upper)) then
                    Array.map2 (fun (x: Interval) (y: Interval) -> x.Lower * y.Lower) operands[0] operands[1]
                    |> Array.sum
                    |> Interval.exactly
                    |> Array.singleton
                else
                    bounds)
        mutation "one unit too narrow" [ 3 ] (Tensor.logSumExp 1 (operand 3)) (fun operands bounds ->
            if operands.Head |> Array.forall (fun x -> x.Lower = x.Upper) then
                Array.map (fun (x: Interval) -> Interval.exactly (x.Lower / 2.0 + x.Upper / 2.0)) bounds
            else
                bounds)
        mutation "one unit is left out" [ 3 ] (Tensor.softmax 1 (operand 3)) (fun operands bounds ->
            let own (x: Interval) (bounds: Interval) =
                if x.Lower = x.Upper then
                    Interval.exactly bounds.Lower
                else
                    bounds

            Array.map2 own operands.Head bounds)
    ]
