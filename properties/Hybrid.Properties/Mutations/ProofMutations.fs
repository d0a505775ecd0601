/// The checker of proofs made wrong in ways that are easily overlooked.
module Hybrid.Properties.ProofMutations

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.ProofLaws

let private sampled = lazy (sample 300 checkedCases.Generator)

let private isCaught law =
    sampled.Value |> Array.exists (fun case -> not (List.isEmpty (law case)))

let private rules (change: Rule -> Rule) : Change =
    fun program ->
        { program with
            Steps =
                program.Steps
                |> Array.map (fun step ->
                    { step with
                        Step.Rule = change step.Rule
                    })
        }

let private sums change =
    rules (function
        | Rule.Sums(parts, relative, absolute) -> change parts relative absolute
        | rule -> rule)

let private factors change =
    sums (fun parts relative absolute ->
        Rule.Sums(
            parts
            |> List.map (fun part ->
                { part with
                    Factors = change part.Factors
                }),
            relative,
            absolute
        ))

let all: (string * (unit -> bool)) list =
    [
        "checker: no rounding of the network",
        (fun () ->
            isCaught (
                outside (
                    sums (fun parts relative absolute ->
                        Rule.Sums(parts, Array.map ((*) 0.0) relative, absolute))
                )
            ))
        "checker: a part of the sums left out",
        (fun () ->
            isCaught (
                outside (
                    sums (fun parts relative absolute ->
                        Rule.Sums(List.truncate 1 parts, relative, absolute))
                )
            ))
        "checker: constants of the wrong sign",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Constant values -> Rule.Constant(Array.map (~-) values)
                        | rule -> rule)
                )
            ))
        "checker: factors forwards only",
        (fun () ->
            isCaught (
                outside (
                    factors (function
                        | Factors.Dense(factors, transposed) ->
                            Factors.Dense(Array.map ((*) 0.9) factors, transposed)
                        | factors -> factors)
                )
            ))
        "checker: factors backwards only",
        (fun () ->
            isCaught (
                outside (
                    factors (function
                        | Factors.Dense(factors, transposed) ->
                            Factors.Dense(factors, Array.map ((*) 0.5) transposed)
                        | factors -> factors)
                )
            ))
        "checker: the slope of a curve too small",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Smooth(name, source, value, slope, relative, absolute) ->
                            let half (x: Interval) =
                                {
                                    Lower = 0.5 * x.Lower
                                    Upper = 0.5 * x.Upper
                                }

                            Rule.Smooth(name, source, value, slope >> half, relative, absolute)
                        | rule -> rule)
                )
            ))
        "checker: a curve taken as a ReLU",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Smooth(_, source, _, _, _, absolute) -> Rule.Relu(source, absolute)
                        | rule -> rule)
                )
            ))
        "checker: planted violations taken for proved",
        (fun () ->
            isCaught (
                accepted (
                    rules (function
                        | Rule.Constant values -> Rule.Constant(Array.map (fun x -> x + 0.25) values)
                        | rule -> rule)
                )
            ))
    ]
