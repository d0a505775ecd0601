/// Cases of interval arithmetic that random boxes rarely meet.
module Hybrid.Properties.IntervalProperties

open System
open Expecto
open Hybrid.Core

let private box lower upper = { Lower = lower; Upper = upper }

[<Tests>]
let tests =
    testList
        "intervals"
        [
            testCase "A number too large for float64 is still finite" (fun () ->
                let bounds = Interval.increasing Math.Exp (box 1000.0 1001.0)
                Expect.equal bounds.Lower Double.MaxValue "the lower bound"
                Expect.equal bounds.Upper infinity "the upper bound")

            testCase "log Σ exp is enclosed where the sum and its maximum cancel" (fun () ->
                let x = Tensor.input "x" [ 3 ]
                let values = [| -1.0; -1.25; -1.0625 |]

                for offset in 1..2000 do
                    let shifted = values |> Array.map (fun v -> v + float offset * 1e-13)

                    let around =
                        shifted |> Array.map (fun v -> box (Math.BitDecrement v) (Math.BitIncrement v))

                    let y = [ Tensor.logSumExp 0 x ]

                    let bounds =
                        Enclosure.evaluate [ "x", around ] y |> List.exactlyOne |> Array.exactlyOne

                    let inside =
                        Reference.evaluate [ "x", shifted ] y |> List.exactlyOne |> Array.exactlyOne

                    Expect.isTrue (Interval.contains inside bounds) $"shifted by {offset}e-13")

            testCase "NaN has no bounds" (fun () ->
                let bounds = Interval.outward nan 1.0
                Expect.isFalse (Interval.isDefined bounds) "the bounds of NaN")
        ]
