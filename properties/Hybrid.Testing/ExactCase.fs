namespace Hybrid.Testing

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// An interval, and a number in it; NaN if there is none.
type Enclosed = { Box: Interval; At: float }

/// <summary>Intervals for the operands of a primitive, each with a number in it: near the limits of float64, and
/// anywhere.</summary>
module ExactCase =
    let private ends =
        [
            0.0
            5e-324
            1e-310
            Math.ScaleB(1.0, -1022)
            1e-300
            1e-160
            1e-17
            Math.ScaleB(1.0, -53)
            1e-3
            0.1
            1.0 / 3.0
            0.5
            1.0
            1.5
            Math.PI / 2.0
            2.0
            3.0
            Math.PI
            5.9
            6.1
            10.0
            36.7
            100.0
            709.79
            745.2
            Math.ScaleB(1.0, 53) + 2.0
            1e16
            1e160
            1.0e308
            Double.MaxValue
        ]

    /// Numbers at the limits of float64 and of functions; one unit next to each; of both signs.
    let special: float list =
        ends
        |> List.collect (fun x -> [ x; Math.BitIncrement x; Math.BitDecrement x ])
        |> List.filter Double.IsFinite
        |> List.collect (fun x -> [ x; -x ])

    let private anywhere =
        Gen.choose (-1074, 1023)
        |> Gen.map2
            (fun (u: int) power -> Math.ScaleB(float u / 1048576.0, power))
            (Gen.choose (-2097152, 2097152))
        |> Gen.map (fun x -> if Double.IsFinite x then x else 1.0)

    let private number =
        Gen.frequency
            [
                6, Gen.elements special
                3, Gen.choose (-4096, 4096) |> Gen.map (fun i -> float i / 512.0)
                2, Gen.choose (-3, 3) |> Gen.map float
                2, anywhere
            ]

    let private finite lower upper =
        max -Double.MaxValue (min Double.MaxValue (max lower upper))

    let private enclosed (kind: int) (a: float) (b: float) (place: int) : Enclosed =
        let lower, upper = min a b, max a b

        let box =
            match kind with
            | 0
            | 1
            | 2 -> { Lower = a; Upper = a }
            | 3
            | 4 ->
                {
                    Lower = Math.BitDecrement a
                    Upper = Math.BitIncrement a
                }
            | 5 -> { Lower = -infinity; Upper = upper }
            | 6 -> { Lower = lower; Upper = infinity }
            | 7 -> Interval.undefined
            | _ -> { Lower = lower; Upper = upper }

        let low, high = finite box.Lower -infinity, -(finite -box.Upper -infinity)

        let at =
            match place with
            | _ when kind = 7 -> nan
            | 0 -> low
            | 1 -> high
            | 2 -> min high (Math.BitIncrement low)
            | 3 -> max low (Math.BitDecrement high)
            | 4 when low <= 0.0 && 0.0 <= high -> 0.0
            | _ -> Math.Clamp(low / 2.0 + high / 2.0, low, high)

        { Box = box; At = at }

    let private one: Gen<Enclosed> =
        Gen.map2
            (fun (kind, place) (a, b) -> enclosed kind a b place)
            (Gen.zip (Gen.choose (0, 12)) (Gen.choose (0, 5)))
            (Gen.zip number number)

    let private simple = [ 0.0; 1.0; -1.0; 2.0 ] |> List.map (fun x -> enclosed 0 x x 0)

    let private simpler (x: Enclosed) : Enclosed seq =
        seq {
            if not (List.contains x simple) then
                yield! simple

                if x.Box.Lower < x.Box.Upper && Double.IsFinite x.At then
                    enclosed 0 x.At x.At 0
        }

    /// Operands with these numbers of elements.
    let arbitrary (sizes: int list) : Arbitrary<Enclosed list list> =
        let generator =
            sizes |> List.map (fun size -> Gen.listOfLength size one) |> Gen.sequenceToList

        let shrink (operands: Enclosed list list) =
            seq {
                for i, operand in List.indexed operands do
                    for j, x in List.indexed operand do
                        for smaller in simpler x do
                            List.updateAt i (List.updateAt j smaller operand) operands
            }

        Arb.fromGenShrink (generator, shrink)

    let private small: Enclosed list =
        [
            for x in [ -3.0; -2.0; -1.0; -0.5; 0.0; 0.5; 1.0; 2.0; 3.0 ] do
                enclosed 0 x x 0

            {
                Box = { Lower = -3.0; Upper = 2.0 }
                At = 0.0
            }
            {
                Box = { Lower = -1.0; Upper = 3.0 }
                At = 0.5
            }
            {
                Box = { Lower = -2.0; Upper = 0.0 }
                At = -1.0
            }
            {
                Box = { Lower = 0.0; Upper = 2.0 }
                At = 1.0
            }
            {
                Box = { Lower = -infinity; Upper = infinity }
                At = 0.0
            }
        ]

    /// Every combination of small numbers and of intervals of one sign and of both, one for each operand: random cases seldom
    /// hold a square of both signs.
    let directed (sizes: int list) : Enclosed list list list =
        List.foldBack
            (fun size rest ->
                List.allPairs small rest
                |> List.map (fun (x, operands) -> List.replicate size x :: operands))
            sizes
            [ [] ]
