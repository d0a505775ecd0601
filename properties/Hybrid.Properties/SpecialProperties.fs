/// Special functions compared with sums in decimal arithmetic of 28 digits: enclosures rely on their last places.
module Hybrid.Properties.SpecialProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

/// Σ of terms, each computed from its number and the one before, until they no longer count.
let private series (first: decimal) (next: int -> decimal -> decimal) =
    Seq.unfold
        (fun (n, term) ->
            if n > 400 || abs term < 1e-28M then
                None
            else
                Some(term, (n + 1, next n term)))
        (1, first)
    |> Seq.sum

let private exp' (x: decimal) =
    let grown = series 1M (fun n term -> term * abs x / decimal n)
    // the sum for a negative number would lose digits
    if x < 0M then 1M / grown else grown

let private erf' (x: decimal) =
    // the powers and factorials of the Maclaurin series first, then its odd denominators
    let powers =
        Seq.unfold (fun (n, p) -> Some((n, p), (n + 1, -p * x * x / decimal (n + 1)))) (0, x)

    let sum =
        powers |> Seq.take 120 |> Seq.sumBy (fun (n, p) -> p / decimal (2 * n + 1))

    2M / 1.7724538509055160272981674833M * sum

/// log(1 + e) for a small e
let private log1p' (e: decimal) =
    series e (fun n term -> -term * e * decimal n / decimal (n + 1))

let private isClose (units: float) (actual: float) (expected: decimal) =
    let expected = float expected

    abs (actual - expected)
    <= units * (Math.BitIncrement(abs expected) - abs expected)

/// A function equals its decimal form at multiples of 2⁻¹⁶, which both number types represent exactly.
let private agree name units (lower: int) (upper: int) (f: float -> float) (exact: decimal -> decimal) =
    property name 1000 (Gen.choose (lower <<< 16, upper <<< 16) |> Arb.fromGen) (fun i ->
        isClose units (f (float i / 65536.0)) (exact (decimal i / 65536M)))

[<Tests>]
let tests =
    testList
        "special functions"
        [
            agree "erf is accurate to sixteen units in the last place" 16.0 -3 3 Special.erf erf'

            agree
                "softplus is accurate to four units in the last place where the exponential is small"
                4.0
                -14
                -2
                Special.softplus
                (exp' >> log1p')

            agree "sigmoid is accurate to four units in the last place" 4.0 -8 8 Special.sigmoid (fun x ->
                1M / (1M + exp' -x))
        ]
