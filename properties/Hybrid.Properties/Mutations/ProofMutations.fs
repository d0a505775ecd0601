/// The checker of proofs made wrong in ways that are easily overlooked.
module Hybrid.Properties.ProofMutations

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.ProofLaws

let private sampled = lazy (sample 3000 checkedCases.Generator)

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

let private half (x: Interval) : Interval =
    {
        Lower = 0.5 * x.Lower
        Upper = 0.5 * x.Upper
    }

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
        "checker: a curve taken as a ReLU",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Curve(source, _) -> Rule.Relu(source, 0.0)
                        | rule -> rule)
                )
            ))
        "checker: values at the middle of an interval",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Curve(source, chain) ->
                            let middle (x: Interval) =
                                Interval.exactly (0.5 * (x.Lower + x.Upper))

                            Rule.Curve(
                                source,
                                { chain with
                                    Value = Array.map middle >> chain.Value
                                }
                            )
                        | rule -> rule)
                )
            ))
        "checker: a product of an operand with itself",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Product(left, _, relative, absolute) ->
                            Rule.Product(left, left, relative, absolute)
                        | rule -> rule)
                )
            ))
        "checker: an image too narrow",
        (fun () ->
            isCaught (
                outside (
                    rules (function
                        | Rule.Image(name, sources, image) ->
                            Rule.Image(name, sources, image >> Array.map half)
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
