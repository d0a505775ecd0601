namespace Hybrid.Testing

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory

/// <summary>A random function on [0, 1]ᵈ whose properties are all known. It prints as a formula.</summary>
[<StructuredFormatDisplay("{Formula}")>]
type FieldCase =
    /// A function of one variable, applied to the mean of the coordinates.
    | Ridge of FunctionCase
    /// a sin(w · x + p).
    | Wave of amplitude: float * frequencies: float list * phase: float
    /// c |x - x₀|^α, in Euclidean distance.
    | Cone of scale: float * place: float list * exponent: float

    /// The printed form.
    member this.Formula =
        match this with
        | Ridge case -> $"of the mean of the coordinates: {case.Formula}"
        | Wave(a, w, p) -> $"{a} sin(%A{w} · x + {p})"
        | Cone(c, place, exponent) -> $"{c} |x - %A{place}|^{exponent}"

    override this.ToString() = this.Formula

module FieldCase =
    let private length (x: float seq) = x |> Seq.sumBy (fun x -> x * x) |> sqrt

    /// The function's value at a point of [0, 1]ᵈ.
    let value (case: FieldCase) (x: float[]) : float =
        match case with
        | Ridge case -> FunctionCase.value case (Math.Clamp(Array.average x, 0.0, 1.0))
        | Wave(a, w, p) -> a * Math.Sin(Seq.fold2 (fun sum w x -> sum + w * x) p w x)
        | Cone(c, place, exponent) -> c * length (Seq.map2 (-) x place) ** exponent

    /// The known smoothness of the function.
    let smoothness (axes: int) (case: FieldCase) : Smoothness =
        match case with
        | Ridge case ->
            // the gradient of the mean is 1/d along every axis, of length 1/√d
            let known = FunctionCase.smoothness case
            let steep = 1.0 / sqrt (float axes)

            {
                Modulus = fun h -> known.Modulus(steep * h)
                Lipschitz = steep * known.Lipschitz
                Curvature = steep * steep * known.Curvature
            }
        | Wave(a, w, _) -> Smoothness.smooth (abs a * length w) (abs a * length w * length w)
        | Cone(c, _, exponent) -> Smoothness.holder (abs c) exponent

    let private eighth = Gen.choose (-32, 32) |> Gen.map (fun i -> float i / 8.0)

    let private generator axes =
        Gen.oneof
            [
                FunctionCase.arbitrary.Generator |> Gen.map Ridge
                Gen.zip3 eighth (Gen.listOfLength axes eighth) eighth |> Gen.map Wave
                Gen.map3
                    (fun c place exponent -> Cone(c, place, float exponent / 8.0))
                    eighth
                    (Gen.choose (0, 16) |> Gen.map (fun i -> float i / 16.0) |> Gen.listOfLength axes)
                    (Gen.choose (1, 8))
            ]

    let private shrink case =
        match case with
        | Ridge case -> FunctionCase.arbitrary.Shrinker case |> Seq.map Ridge
        | Wave(a, w, p) ->
            seq {
                if p <> 0.0 then
                    Wave(a, w, 0.0)

                if a <> 1.0 then
                    Wave(1.0, w, p)

                for i in 0 .. w.Length - 1 do
                    if w[i] <> 0.0 then
                        Wave(a, List.updateAt i 0.0 w, p)
            }
        | Cone(c, place, exponent) ->
            seq {
                if c <> 1.0 then
                    Cone(1.0, place, exponent)

                if exponent <> 1.0 then
                    Cone(c, place, 1.0)
            }

    /// Random functions of a number of variables.
    let arbitrary (axes: int) : Arbitrary<FieldCase> =
        Arb.fromGenShrink (generator axes, shrink)
