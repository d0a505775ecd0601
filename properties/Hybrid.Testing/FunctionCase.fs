namespace Hybrid.Testing

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory

/// <summary>A random function on [0, 1] whose properties are all known, for checking bounds. It prints as a formula.</summary>
[<StructuredFormatDisplay("{Formula}")>]
type FunctionCase =
    /// Σ a sin(w x + p).
    | Waves of (float * float * float) list
    /// Linear pieces between values at equal distances.
    | Polygon of float list
    /// c |x - x₀|^α.
    | Cusp of scale: float * place: float * exponent: float
    /// A polynomial, by its Bernstein coefficients.
    | Bernstein of float list

    /// The printed form.
    member this.Formula =
        let listed values =
            values |> List.map string<float> |> String.concat ", "

        match this with
        | Waves waves ->
            waves
            |> List.map (fun (a, w, p) -> $"{a} sin({w} x + {p})")
            |> String.concat " + "
        | Polygon values -> $"lines through {listed values}"
        | Cusp(c, x, a) -> $"{c} |x - {x}|^{a}"
        | Bernstein values -> $"Bernstein polynomial of {listed values}"

    override this.ToString() = this.Formula

module FunctionCase =
    let private steps values =
        values |> List.pairwise |> List.map (fun (a, b) -> b - a)

    let private largest values =
        values |> List.map abs |> List.fold max 0.0

    // de Casteljau's scheme
    let rec private bernstein (x: float) (values: float list) =
        match values with
        | [ one ] -> one
        | _ ->
            values
            |> List.pairwise
            |> List.map (fun (a, b) -> a + x * (b - a))
            |> bernstein x

    /// The function's value at a number in [0, 1].
    let value (case: FunctionCase) (x: float) : float =
        match case with
        | Waves waves -> waves |> List.sumBy (fun (a, w, p) -> a * Math.Sin(w * x + p))
        | Polygon values ->
            let lines = values.Length - 1
            let at = Math.Clamp(int (floor (x * float lines)), 0, lines - 1)
            let t = x * float lines - float at
            values[at] + t * (values[at + 1] - values[at])
        | Cusp(c, place, exponent) -> c * abs (x - place) ** exponent
        | Bernstein values -> bernstein x values

    /// The derivative of functions that have one everywhere.
    let derivative (case: FunctionCase) : (float -> float) option =
        match case with
        | Waves waves -> Some(fun x -> waves |> List.sumBy (fun (a, w, p) -> a * w * Math.Cos(w * x + p)))
        | Bernstein values ->
            Some(fun x ->
                float (values.Length - 1)
                * (match steps values with
                   | [] -> 0.0
                   | differences -> bernstein x differences))
        | Polygon _
        | Cusp _ -> None

    /// The known smoothness of the function.
    let smoothness (case: FunctionCase) : Smoothness =
        match case with
        | Waves waves ->
            Smoothness.smooth
                (waves |> List.sumBy (fun (a, w, _) -> abs (a * w)))
                (waves |> List.sumBy (fun (a, w, _) -> abs (a * w * w)))
        | Polygon values -> Smoothness.lipschitz (float (values.Length - 1) * largest (steps values))
        | Cusp(c, _, exponent) -> Smoothness.holder (abs c) exponent
        | Bernstein values ->
            let n = float (values.Length - 1)
            Smoothness.smooth (n * largest (steps values)) (n * (n - 1.0) * largest (steps (steps values)))

    let private eighth = Gen.choose (-32, 32) |> Gen.map (fun i -> float i / 8.0)

    let private some least most gen =
        Gen.choose (least, most) |> Gen.bind (fun length -> Gen.listOfLength length gen)

    let private waves =
        Gen.zip3 eighth (Gen.choose (1, 100) |> Gen.map (fun i -> float i / 4.0)) eighth
        |> some 1 4
        |> Gen.map Waves

    let private cusps =
        Gen.map3
            (fun c place exponent -> Cusp(c, float place / 16.0, float exponent / 8.0))
            eighth
            (Gen.choose (0, 16))
            (Gen.choose (1, 8))

    let private all =
        [
            waves
            some 2 9 eighth |> Gen.map Polygon
            cusps
            some 2 9 eighth |> Gen.map Bernstein
        ]

    let private shorter least (values: 'value list) =
        seq {
            if values.Length > least then
                for i in 0 .. values.Length - 1 do
                    List.removeAt i values
        }

    let private smaller (x: float) =
        if x = 0.0 then
            Seq.empty
        else
            seq {
                0.0
                Math.Truncate(x / 2.0)
            }
            |> Seq.filter ((<>) x)

    let private flatter (values: float list) =
        seq {
            for i in 0 .. values.Length - 1 do
                for x in smaller values[i] do
                    List.updateAt i x values
        }

    let private shrink case =
        match case with
        | Waves waves ->
            Seq.append
                (shorter 1 waves |> Seq.map Waves)
                (seq {
                    for i in 0 .. waves.Length - 1 do
                        let a, w, p = waves[i]

                        for a in smaller a do
                            Waves(List.updateAt i (a, w, p) waves)

                        for p in smaller p do
                            Waves(List.updateAt i (a, w, p) waves)
                })
        | Polygon values -> Seq.append (shorter 2 values) (flatter values) |> Seq.map Polygon
        | Bernstein values -> Seq.append (shorter 2 values) (flatter values) |> Seq.map Bernstein
        | Cusp(c, place, exponent) -> smaller c |> Seq.map (fun c -> Cusp(c, place, exponent))

    let arbitrary: Arbitrary<FunctionCase> = Arb.fromGenShrink (Gen.oneof all, shrink)

    /// Functions that have two derivatives.
    let smooth: Arbitrary<FunctionCase> =
        Arb.fromGenShrink (Gen.oneof [ all[0]; all[3] ], shrink)
