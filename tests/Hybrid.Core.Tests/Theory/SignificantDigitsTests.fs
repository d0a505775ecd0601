module Hybrid.Tests.SignificantDigitsTests

open System
open System.Globalization
open Hybrid.Core
open Hybrid.Theory
open Xunit

let private read (text: string) =
    Double.Parse(text, CultureInfo.InvariantCulture)

[<Fact>]
let ``Bounds are rounded outward when printed`` () =
    for x, up, down in
        [
            0.00123456, "0.001235", "0.001234"
            0.00123444, "0.001235", "0.001234"
            -0.00123456, "-0.001234", "-0.001235"
            0.5, "0.5", "0.5"
            123456.0, "1.235E+05", "1.234E+05"
            0.99999, "1", "0.9999"
            9999.9, "1E+04", "9999"
            // a tenth is above what is written as 0.1, three tenths below
            0.1, "0.1001", "0.1"
            0.3, "0.3", "0.2999"
            0.0, "0", "0"
        ] do
        Assert.Equal(up, SignificantDigits.up 4 x)
        Assert.Equal(down, SignificantDigits.down 4 x)

[<Fact>]
let ``Non-finite numbers are printed unchanged`` () =
    for x in [ infinity; -infinity; nan ] do
        Assert.Equal(x.ToString CultureInfo.InvariantCulture, SignificantDigits.up 4 x)

[<Fact>]
let ``No printed bound says less than was proved`` () =
    for i, u in Array.indexed (Random.uniforms 3UL 0UL 2000) do
        let x = Math.ScaleB(u - 0.5, i % 600 - 300)

        for digits in [ 1; 2; 4; 15 ] do
            Assert.True(read (SignificantDigits.up digits x) >= x)
            Assert.True(read (SignificantDigits.down digits x) <= x)

            // at 15 digits the difference of two float64 numbers says little
            if x <> 0.0 && digits < 15 then
                let width =
                    read (SignificantDigits.up digits x) - read (SignificantDigits.down digits x)

                Assert.True(width <= 1.01 * abs x * 10.0 ** float (1 - digits))
