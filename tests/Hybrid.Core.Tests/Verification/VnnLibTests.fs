/// Properties as text: regions and violations, and what is refused and where.
module Hybrid.Tests.VnnLibTests

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Tests.CoreTesting
open Xunit

let private declared =
    "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n"

let private box =
    "(assert (and (<= X_0 1) (>= X_0 0) (<= X_1 0.5) (>= X_1 -0.5)))\n"

let private exact (x: float) = Exact.ofFloat x

let private unitBox = [| exact 0.0, exact 1.0; exact -0.5, exact 0.5 |]

[<Fact>]
let ``A comparison of outputs is one violation with one condition`` () =
    let property = VnnLib.read (declared + box + "; unsafe\n(assert (<= Y_0 Y_1))")
    Assert.Equal(2, property.Inputs)
    Assert.Equal(2, property.Outputs)
    let region = List.exactlyOne property.Regions
    Assert.Equal<(Exact * Exact)[]>(unitBox, region.Box)
    let atom = region.Violations |> List.exactlyOne |> List.exactlyOne
    Assert.Equal<(int * Exact) list>([ 0, exact 1.0; 1, exact -1.0 ], atom.Outputs)
    Assert.Equal(Exact.zero, atom.Constant)
    Assert.False atom.Strict

[<Fact>]
let ``Or makes violations, and separate assertions conditions`` () =
    let property =
        VnnLib.read (
            declared
            + box
            + "(assert (or (and (<= Y_0 1) (>= Y_1 2)) (> Y_1 3)))(assert (<= Y_0 5))"
        )

    let region = List.exactlyOne property.Regions
    Assert.Equal<int list>([ 3; 2 ], region.Violations |> List.map List.length)

    Assert.Single(region.Violations |> List.concat |> List.filter _.Strict)
    |> ignore

[<Fact>]
let ``Or of boxes makes regions`` () =
    let text =
        declared
        + "(assert (or (and (<= X_0 1)(>= X_0 0)(<= X_1 1)(>= X_1 0)) (and (<= X_0 9)(>= X_0 8)(<= X_1 1)(>= X_1 0))))"
        + "(assert (>= Y_0 1))"

    let property = VnnLib.read text
    Assert.Equal(2, property.Regions.Length)
    Assert.Equal((exact 8.0, exact 9.0), property.Regions[1].Box[0])

[<Fact>]
let ``Bounds of version 2 are elements of tensors, in sums and products`` () =
    let text =
        "(vnnlib-version <2.0>)(declare-network net (declare-input X float32 [1, 2]) (declare-output Y Real [2]))"
        + "(assert (<= (* -1.0 X[0,0]) 0.0))(assert (<= X[0, 0] 1))(assert (<= X[0,1] 0.5))(assert (>= (* 2 X[0,1]) -1))"
        + "(assert (<= (+ (* 2 Y[0]) (- Y[1]) (- 3 1 0.5)) X[0,1]))"

    let region = (VnnLib.read text).Regions |> List.exactlyOne
    Assert.Equal<(Exact * Exact)[]>(unitBox, region.Box)
    let atom = region.Violations |> List.exactlyOne |> List.exactlyOne
    Assert.Equal<(int * Exact) list>([ 0, exact 2.0; 1, exact -1.0 ], atom.Outputs)
    Assert.Equal<(int * Exact) list>([ 1, exact -1.0 ], atom.Inputs)
    Assert.Equal(exact 1.5, atom.Constant)

[<Fact>]
let ``An equation is two conditions, and a difference two violations`` () =
    let violations text =
        (VnnLib.read (declared + box + text)).Regions.Head.Violations
        |> List.map List.length

    Assert.Equal<int list>([ 2 ], violations "(assert (= Y_0 1))")
    Assert.Equal<int list>([ 1; 1 ], violations "(assert (!= Y_0 1))")

[<Theory>]
[<InlineData("(assert (<= Y_0 1)", 6, 1, "not closed")>]
[<InlineData("(assert (<= Y_0 1)))", 6, 20, "closes nothing")>]
[<InlineData("(assert (<= Y_7 1))", 6, 13, "«Y_7» is not declared")>]
[<InlineData("(assert (<= Y_0 1O))", 6, 17, "«1O» is not declared")>]
[<InlineData("(assert (<= Y_0))", 6, 9, "a comparison")>]
[<InlineData("(assert (less Y_0 1))", 6, 10, "«less» is not a comparison")>]
[<InlineData("(assert (<= (* Y_0 Y_1) 1))", 6, 13, "not linear")>]
[<InlineData("(assert (<= (/ Y_0 2) 1))", 6, 13, "is expected")>]
[<InlineData("(assert (and))", 6, 9, "a comparison")>]
[<InlineData("(assert)", 6, 2, "«assert» is not a statement")>]
[<InlineData("(check-sat)", 6, 2, "«check-sat» is not a statement")>]
[<InlineData("hello", 6, 1, "in parentheses")>]
[<InlineData("(declare-const X_0 Real)", 6, 16, "declared twice")>]
[<InlineData("(declare-const Z_0 Real)", 6, 16, "neither an input")>]
[<InlineData("(declare-const X_-1 Real)", 6, 16, "is not an index")>]
[<InlineData("(assert (>= X_0 2))", 6, 10, "contradict")>]
[<InlineData("(assert (or (<= X_1 -1) (<= Y_0 1)))", 6, 14, "contradict")>]
[<InlineData("(vnnlib-version <3.0>)", 6, 17, "is not supported")>]
let ``What cannot be read is refused with its place``
    (text: string, line: int, column: int, message: string)
    =
    let error =
        raisesWith<PropertyException, _> [ message; $"line {line}, column {column}:" ] (fun () ->
            VnnLib.read (declared + box + text))

    Assert.Equal(line, error.Line)
    Assert.Equal(column, error.Column)

[<Theory>]
[<InlineData("(declare-const X_0 Real)(declare-const Y_0 Real)", "nothing is asserted")>]
[<InlineData("(declare-const X_0 Real)(assert (<= X_0 1))", "must be declared")>]
[<InlineData("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 1))",
             "input 0 has no lower bound")>]
[<InlineData("(declare-const X_1 Real)(declare-const Y_0 Real)(assert (<= X_1 1))", "X_0 is not declared")>]
[<InlineData("", "must be declared")>]
let ``What is missing is named`` (text: string, message: string) =
    raises<PropertyException, _> [ message ] (fun () -> VnnLib.read text)

[<Theory>]
[<InlineData("(declare-network a (declare-input X Real [1]) (declare-input Z Real [1]) (declare-output Y Real [1]))",
             "several inputs")>]
[<InlineData("(declare-network a (declare-input X Real [1]) (declare-output Y Real [1]))(declare-network b (declare-input U Real [1]) (declare-output V Real [1]))",
             "several networks")>]
[<InlineData("(declare-network a (declare-input X int8 [1]) (declare-output Y Real [1]))",
             "«int8» is not supported")>]
[<InlineData("(declare-network a (declare-input X Real [0]) (declare-output Y Real [1]))", "0 elements")>]
[<InlineData("(declare-network a (declare-input X Real [1]) (declare-hidden H Real [1] \"h\") (declare-output Y Real [1]))",
             "only one declare-input")>]
let ``What version 2 has beyond one network is refused`` (text: string, message: string) =
    raises<PropertyException, _> [ message ] (fun () -> VnnLib.read ("(vnnlib-version <2.0>)" + text))

[<Fact>]
let ``Deep nesting is refused, and needs no stack`` () =
    raises<PropertyException, _> [ "nested" ] (fun () -> VnnLib.read (String.replicate 100_000 "("))
