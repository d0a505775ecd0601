/// The verifier's search made wrong in ways that are easily overlooked.
module Hybrid.Properties.SearchMutations

open Hybrid.Verification
open Hybrid.Properties.VerificationLaws
open Hybrid.Properties.ConditionLaws
open Hybrid.Properties.SearchLaws
open Hybrid.Properties.VerificationMutations

let private violations (change: Atom list list -> Atom list list) : Change =
    { unchanged with
        Property =
            fun property ->
                { property with
                    Regions =
                        property.Regions
                        |> List.map (fun region ->
                            { region with
                                Violations = change region.Violations
                            })
                }
    }

let private signed (change: UnitNode -> UnitNode) =
    isCaught (signed { unchanged with Node = change })

let private opposite (atom: Atom) =
    let negated = List.map (fun (i, factor) -> i, -factor)

    { atom with
        Inputs = negated atom.Inputs
        Outputs = negated atom.Outputs
        Constant = -atom.Constant
    }

let all: (string * (unit -> bool)) list =
    [
        "verifier: the signs of units",
        (fun () ->
            signed (fun node ->
                { node with
                    Signs = Array.map (~-) node.Signs
                    Duals =
                        node.Duals
                        |> Array.map (
                            Array.map2 (fun (sign: sbyte) x -> if sign = 0y then x else -x) node.Signs
                        )
                }))
        "verifier: the signs of multipliers",
        (fun () ->
            signed (fun node ->
                { node with
                    Duals =
                        node.Duals
                        |> Array.map (
                            Array.map2 (fun (sign: sbyte) x -> if sign = 0y then x else -x) node.Signs
                        )
                }))
        "verifier: units of any sign taken for active",
        (fun () ->
            signed (fun node ->
                { node with
                    Signs = node.Signs |> Array.map (max 1y)
                }))
        "verifier: slopes above 1",
        (fun () ->
            isCaught (
                outsideSplits
                    { unchanged with
                        Slope = fun slope -> slope + 1f
                    }
            ))
        "verifier: the sign of a condition",
        (fun () -> isCaught (refuted (violations (List.map (List.map opposite)))))
        "verifier: or taken as and",
        (fun () -> isCaught (refuted (violations (fun cases -> [ List.concat cases ]))))
        "verifier: only the first case", (fun () -> isCaught (refuted (violations (List.truncate 1))))
        "verifier: only the last case",
        (fun () -> isCaught (refuted (violations (List.rev >> List.truncate 1))))
        "verifier: the constant of a condition left out",
        (fun () ->
            isCaught (
                refuted (violations (List.map (List.map (fun atom -> { atom with Constant = Exact.zero }))))
            ))
        "verifier: a box that is too small",
        (fun () ->
            isCaught (
                refuted
                    { unchanged with
                        Property =
                            fun property ->
                                { property with
                                    Regions =
                                        property.Regions
                                        |> List.map (fun region ->
                                            { region with
                                                Box =
                                                    region.Box
                                                    |> Array.map (fun (low, high) ->
                                                        let inner = Exact.ofFloat 0.02 * (high - low)
                                                        low + inner, high - inner)
                                            })
                                }
                    }
            ))
        "verifier: a box clipped too far",
        (fun () ->
            isCaught (
                clippedAway
                    { unchanged with
                        Found = fun found -> { found with Bound = 0.5 * found.Bound }
                    }
            ))
        "verifier: a box clipped on the wrong side",
        (fun () ->
            isCaught (
                clippedAway
                    { unchanged with
                        Found =
                            fun found ->
                                { found with
                                    Slopes = Array.map (~-) found.Slopes
                                }
                    }
            ))
        "verifier: a half-space that is too small",
        (fun () ->
            isCaught (
                outsideHalfSpace
                    { unchanged with
                        Space = fun space -> HalfSpace(space.Slopes, space.Constant + 0.02)
                    }
            ))
        "verifier: a half-space on the wrong side",
        (fun () ->
            isCaught (
                outsideHalfSpace
                    { unchanged with
                        Space = fun space -> HalfSpace(Array.map (~-) space.Slopes, -space.Constant)
                    }
            ))
    ]
