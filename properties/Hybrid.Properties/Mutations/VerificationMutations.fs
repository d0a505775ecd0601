/// The verifier made wrong in ways that are easily overlooked.
module Hybrid.Properties.VerificationMutations

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws

let private sampled = lazy (sample 400 cases.Generator)

let private isCaught law =
    sampled.Value |> Array.exists (fun case -> not (List.isEmpty (law case)))

let private isRounded change =
    Seq.exists (fun key -> not (roundings change key).IsEmpty) (seq { 1..3000 })

let private affine (change: Affine -> Affine) : Change =
    { unchanged with
        Form =
            fun form ->
                { form with
                    Output = change form.Output
                    Blocks =
                        form.Blocks
                        |> Array.map (fun block ->
                            { block with
                                Argument = change block.Argument
                            })
                }
    }

let private noise (scale: float) : Change =
    affine (fun x ->
        { x with
            Noise = Array.map ((*) scale) x.Noise
            Terms =
                x.Terms
                |> List.map (fun term ->
                    { term with
                        Rows =
                            match term.Rows with
                            | Rows.Dense(factors, noise) -> Rows.Dense(factors, Array.map ((*) scale) noise)
                            | rows -> rows
                    })
        })

let private lines (change: Interval -> Lines -> Lines) : Change =
    { unchanged with
        Padded =
            fun padded ->
                { padded with
                    Lines = fun curve x -> change x (Relaxation.lines curve x)
                }
    }

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

let private blocks (change: Block -> Block) : Change =
    { unchanged with
        Form =
            fun form ->
                { form with
                    Blocks = Array.map change form.Blocks
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
        "verifier: no rounding of the network", (fun () -> isRounded (noise 0.0))
        "verifier: one rounding less than there are in a sum", (fun () -> isRounded (noise 0.6))
        "verifier: no bias",
        (fun () ->
            isCaught (
                outside (
                    affine (fun x ->
                        { x with
                            Constant = Array.map (fun _ -> 0.0) x.Constant
                        })
                )
            ))
        "verifier: weights of the wrong sign",
        (fun () ->
            isCaught (
                outside (
                    affine (fun x ->
                        { x with
                            Terms =
                                x.Terms
                                |> List.map (fun term ->
                                    { term with
                                        Rows =
                                            match term.Rows with
                                            | Rows.Dense(factors, noise) ->
                                                Rows.Dense(Array.map (~-) factors, noise)
                                            | rows -> rows
                                    })
                        })
                )
            ))
        "verifier: a weight left out",
        (fun () ->
            isCaught (
                outside (
                    affine (fun x ->
                        { x with
                            Terms =
                                x.Terms
                                |> List.map (fun term ->
                                    { term with
                                        Rows =
                                            match term.Rows with
                                            | Rows.Dense(factors, noise) ->
                                                Rows.Dense(
                                                    Array.mapi
                                                        (fun i x -> if i = 0 then 0.0 else x)
                                                        factors,
                                                    noise
                                                )
                                            | rows -> rows
                                    })
                        })
                )
            ))
        "verifier: a variable left out",
        (fun () ->
            isCaught (
                outside (
                    affine (fun x ->
                        { x with
                            Terms = List.truncate 1 x.Terms
                        })
                )
            ))
        "verifier: the upper line a little too low",
        (fun () ->
            isCaught (
                outside (
                    lines (fun _ line ->
                        if line.UpperShift > 0f then
                            { line with
                                UpperShift = line.UpperShift * 0.99f
                            }
                        else
                            line)
                )
            ))
        "verifier: the lower line above the curve",
        (fun () ->
            isCaught (
                outside (
                    lines (fun _ line ->
                        { line with
                            LowerShift = line.LowerShift + 0.01f
                        })
                )
            ))
        "verifier: the chord as the lower line",
        (fun () ->
            isCaught (
                outside (
                    lines (fun _ line ->
                        { line with
                            LowerSlope = line.UpperSlope
                            LowerShift = line.UpperShift
                        })
                )
            ))
        "verifier: units that may be active taken as inactive",
        (fun () ->
            isCaught (
                outside (
                    lines (fun x line ->
                        if x.Lower < 0.0 && x.Upper < 0.1 then
                            {
                                LowerSlope = 0f
                                LowerShift = 0f
                                UpperSlope = 0f
                                UpperShift = 0f
                            }
                        else
                            line)
                )
            ))
        "verifier: the wrong curve",
        (fun () -> isCaught (outside (blocks (fun block -> { block with Curve = Curve.Relu }))))
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
    ]
