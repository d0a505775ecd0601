/// Certification made wrong in ways that are easily overlooked.
module Hybrid.Properties.CertificationMutations

open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Testing
open Hybrid.Properties.ModelCase
open Hybrid.Properties.CertificationLaws

let private isCaught law classes =
    let cases = cases [ "relu"; "tanh" ] classes
    sample 600 cases.Generator |> Array.exists (law >> List.isEmpty >> not)

let private freedoms change =
    { unchanged with
        Freedoms = Array.map change
    }

let private rules change =
    { unchanged with
        Rules = Array.map change
    }

let all: (string * (unit -> bool)) list =
    [
        "certification: half the radius",
        (fun () ->
            isCaught
                (moved (
                    freedoms (function
                        | Freedom.Within radius -> Freedom.Within(0.5 * radius)
                        | any -> any)
                ))
                [ 0 ])
        "certification: categories that stay",
        (fun () ->
            isCaught
                (moved (
                    freedoms (function
                        | Freedom.Any -> Freedom.Within 0.0
                        | within -> within)
                ))
                [ 0 ])
        "certification: a column in another unit",
        (fun () ->
            isCaught
                (moved (
                    rules (function
                        | Standardise(mean, deviation) -> Standardise(mean, 2.0 * deviation)
                        | rule -> rule)
                ))
                [ 0 ])
        "certification: a class for the row alone",
        (fun () -> isCaught (certified (freedoms (fun _ -> Freedom.Within 0.0))) [ 2; 3 ])
        "certification: a margin in multiples of the diameter",
        (fun () ->
            isCaught
                (margins
                    { unchanged with
                        Margin = fun margin -> 2.0 * margin
                    })
                [ 2; 3 ])
        "certification: a range that is too narrow",
        (fun () ->
            let inwards (x: Interval) =
                let middle = 0.5 * (x.Lower + x.Upper)

                {
                    Lower = 0.9 * x.Lower + 0.1 * middle
                    Upper = 0.9 * x.Upper + 0.1 * middle
                }

            isCaught (moved { unchanged with Range = inwards }) [ 0 ])
        "certification: the derivative by another input",
        (fun () ->
            let law =
                slopes
                    { unchanged with
                        Input = fun input -> input + 1
                    }

            let cases = VerificationCase.casesOf [ "relu"; "tanh" ]
            sample 600 cases.Generator |> Array.exists (law >> List.isEmpty >> not))
    ]
