/// The verifier made wrong in ways that are easily overlooked.
module Hybrid.Properties.VerificationMutations

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws

/// Laws are tried until one complains: many, since faults once showed in none of 400 networks, and of 20 cases for each row.
let private sampled = lazy (sample 4000 cases.Generator)

let isCaught law =
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

let private terms (change: Term list -> Term list) : Change =
    affine (fun x -> { x with Terms = change x.Terms })

/// Factors and noise of all rows.
let private dense (change: float[] -> float[] -> float[] * float[]) : Change =
    terms (
        List.map (fun term ->
            match term.Rows with
            | Rows.Dense(factors, noise) ->
                { term with
                    Rows = Rows.Dense(change factors noise)
                }
            | _ -> term)
    )

let private noise (scale: float) : Change =
    let scaled = Array.map ((*) scale)

    { unchanged with
        Form =
            (dense (fun factors noise -> factors, scaled noise)).Form
            >> (affine (fun x -> { x with Noise = scaled x.Noise })).Form
    }

let private lines (change: Interval -> Lines -> Lines) : Change =
    { unchanged with
        Padded =
            fun padded ->
                { padded with
                    Lines = fun curve x -> change x (Relaxation.lines curve x)
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

let private joints (change: Joint -> Joint) : Change =
    blocks (fun block ->
        match block.Curve with
        | Curve.Joint joint ->
            { block with
                Curve = Curve.Joint(change joint)
            }
        | _ -> block)

let private isRowCaught change =
    LayerRows.activations
    |> Seq.exists (fun row ->
        sample 500 (Cases.any row).Generator
        |> Array.exists (fun case -> not (rowOutside change row case).IsEmpty))

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
        (fun () -> isCaught (outside (dense (fun factors noise -> Array.map (~-) factors, noise))))
        "verifier: a weight left out",
        (fun () ->
            isCaught (
                outside (
                    dense (fun factors noise ->
                        Array.mapi (fun i x -> if i = 0 then 0.0 else x) factors, noise)
                )
            ))
        "verifier: a variable left out", (fun () -> isCaught (outside (terms (List.truncate 1))))
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
        "verifier: a lower slope above 1",
        (fun () ->
            isCaught (
                outside (
                    lines (fun _ line ->
                        if line.LowerSlope = 1f then
                            { line with LowerSlope = 1.1f }
                        else
                            line)
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
        "verifier: the upper slope rounded down",
        (fun () ->
            let rounded curve x =
                let line = Relaxation.lines curve x

                { line with
                    UpperSlope = System.MathF.BitDecrement line.UpperSlope
                }

            Seq.exists
                (fun width ->
                    not (crossed rounded Curve.Relu { Lower = -width; Upper = 3.0 * width }).IsEmpty)
                (seq { 1.0 .. 20.0 }))
        "verifier: no rounding of element-wise functions",
        (fun () ->
            isRowCaught (
                joints (fun joint ->
                    { joint with
                        Off = fun x -> Array.zeroCreate x.Length
                    })
            ))
        "verifier: the image of a function too small",
        (fun () ->
            isRowCaught (
                joints (fun joint ->
                    { joint with
                        Around =
                            joint.Around
                            >> Array.map (fun (struct (image, lines)) ->
                                struct (image,
                                        { lines with
                                            UpperShift = lines.UpperShift - 0.01f
                                        }))
                    })
            ))
    ]
