/// Conditions of R28 to R37 on numbers on both sides of each limit.
module Hybrid.Tests.Lecture.CapacityJudgeTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

/// Ten seeds, all with the same number.
let private at level = List.replicate 10 level

let private classifier errors regions border norm : PlaneClassifier =
    {
        Errors = errors
        Regions = regions
        Border = border
        Norm = norm
        Network = Network.empty
    }

let private kinds rows =
    rows
    |> List.map (fun (errors, regions, border, norm) ->
        List.replicate 10 (classifier errors regions border norm))

/// Pairs of final losses around a mean, that go together or do not.
let private losses spread correlated mean =
    [
        for i in 0..9 ->
            let shift = spread * (float (i % 2) - 0.5)
            (if correlated then shift else float (i / 5)), mean + shift
    ]

let private surfaces =
    [
        losses 0.4 true 1.3
        losses 0.1 true 0.7
        losses 0.02 true 0.6
        losses 0.01 false 0.55
        losses 0.01 false 0.5
        losses 0.005 false 0.49
        losses 0.005 false 0.48
    ]

let private spread =
    [
        [ 0.3; 0.5 ]
        [ 0.1; 0.4 ]
        [ 0.01; 0.1 ]
        [ 0.0010; 0.0011 ]
        [ 0.001; 0.001 ]
    ]

let private depths good =
    [ at 0.5; at 0.7; at good; at 0.8; at 0.8; at 0.7 ]

let private hints labels scores hinted =
    let by six ten layers = at (if layers = 6 then six else ten)
    Hints.conditions [ 6; 10 ] (by labels 0.1) (by scores 0.2) (by hinted 0.8)

let private judges: (string * (Condition list * (string list * Condition list) list)) list =
    [
        "R28",
        (let sizes first second third =
            LayerSizes.conditions (kinds [ first; second; third ])

         let first, second, third = (5, 2, 100, 1.0), (2, 3, 120, 1.0), (0, 5, 140, 1.0)

         sizes first second third,
         [
             [ "outliers" ], sizes (1, 2, 100, 1.0) (1, 3, 120, 1.0) third
             [ "fit all" ], sizes first second (1, 5, 140, 1.0)
             [ "two blobs" ], sizes (5, 4, 100, 1.0) second third
             [ "many regions" ], sizes first second (0, 2, 140, 1.0)
             [ "border" ], sizes first second (0, 5, 120, 1.0)
             [ "do not increase" ], sizes first (6, 3, 120, 1.0) third
         ])
        "R29",
        (let train, test =
            [ 0.8; 0.83; 0.85; 0.9; 1.0; 1.0 ], [ 0.9; 0.89; 0.88; 0.85; 0.8; 0.8 ]

         Capacity.conditions train test,
         [
             [ "capacity grows" ], Capacity.conditions [ 0.8; 0.85; 0.83; 0.9; 1.0; 1.0 ] test
             [ "fit the noise" ], Capacity.conditions [ 0.8; 0.83; 0.85; 0.9; 0.98; 0.98 ] test
             [ "overfitting" ], Capacity.conditions train (List.replicate 6 0.9)
         ])
        "R30",
        (Outliers.conditions (at 0.05) 0.3 1.0,
         [
             [ "generalise" ], Outliers.conditions (at -0.01) 0.3 1.0
             [ "outliers" ], Outliers.conditions (at 0.05) 0.6 1.0
             [ "20 neurons fit" ], Outliers.conditions (at 0.05) 0.3 0.8
         ])
        "R31",
        (let helped noise =
            [ "weight decay", at 0.91; "noise", at noise ]

         PreferRegularisation.conditions (at 0.9) (at 0.8) (helped 0.905),
         [
             [ "overfits" ], PreferRegularisation.conditions (at 0.9) (at 0.9) (helped 0.905)
             [ "noise" ], PreferRegularisation.conditions (at 0.9) (at 0.8) (helped 0.9)
             [ "weight decay"; "noise" ], PreferRegularisation.conditions (at 0.92) (at 0.8) (helped 0.905)
         ])
        "R32",
        (SmallNetworks.conditions spread,
         [
             [ "3 neurons displays"; "much smaller than with 3" ],
             SmallNetworks.conditions (List.updateAt 1 [ 0.1; 0.1001 ] spread)
             [ "6 neurons displays"; "than with 6" ],
             SmallNetworks.conditions (List.updateAt 2 [ 0.01; 0.0101 ] spread)
             [ "equally good" ], SmallNetworks.conditions (List.updateAt 3 [ 0.001; 0.002 ] spread)
             [ "are bad" ], SmallNetworks.conditions (List.updateAt 3 [ 0.11; 0.11 ] spread)
         ])
        "R33",
        (let strengths first second third =
            RegStrengths.conditions (kinds [ first; second; third ])

         let first, second, third = (0, 5, 140, 17.0), (0, 4, 120, 12.0), (3, 2, 100, 4.0)

         strengths first second third,
         [
             [ "smaller the weights" ], strengths first (0, 4, 120, 17.0) third
             [ "smoother" ], strengths first (0, 4, 150, 12.0) third
             [ "overfit" ], strengths (1, 5, 140, 17.0) second third
             [ "controls" ], strengths first second (0, 2, 100, 4.0)
             [ "regions" ], strengths first second (3, 5, 100, 4.0)
         ])
        "R34",
        (BigNetworks.conditions (at 0.9) (at 0.91) (at 0.8),
         [
             [ "controls" ], BigNetworks.conditions (at 0.79) (at 0.8) (at 0.8)
             [ "do better" ], BigNetworks.conditions (at 0.9) (at 0.9) (at 0.8)
             [ "not do worse"; "do better" ], BigNetworks.conditions (at 0.91) (at 0.9) (at 0.8)
         ])
        "R35",
        (Initialisation.conditions 0 0 [ 0.1; 0.3 ] [ 0.01; 0.02 ],
         [
             [ "only randomness" ], Initialisation.conditions 1 0 [ 0.1; 0.3 ] [ 0.01; 0.02 ]
             [ "a different network" ], Initialisation.conditions 0 1 [ 0.1; 0.3 ] [ 0.01; 0.02 ]
             [ "lucky" ], Initialisation.conditions 0 0 [ 1.0; 1.2 ] [ 0.01; 0.02 ]
             [ "less on luck" ], Initialisation.conditions 0 0 [ 0.1; 0.3 ] [ 0.1; 0.3 ]
         ])
        "R36",
        (Depth.conditions "ReLU" (depths 0.8),
         [
             [ "outperform" ], Depth.conditions "ReLU" [ at 0.5; at 0.9; at 0.8; at 0.8; at 0.8; at 0.8 ]
             [ "deeper" ], Depth.conditions "ReLU" (depths 0.78)
         ])
        "R37 nielsen",
        (Nielsen.conditions 0.36 0.9 0.6 3.0 0.5 0.7,
         [
             [ "exercise" ], Nielsen.conditions 0.41 0.9 0.6 3.0 0.5 0.7
             [ "any ε" ], Nielsen.conditions 0.36 1.1 0.6 3.0 0.5 0.7
             [ "6 × 6" ], Nielsen.conditions 0.36 0.9 0.8 3.0 0.5 0.7
             [ "away from the edges" ], Nielsen.conditions 0.36 0.9 0.6 3.0 0.8 0.7
             [ "failure" ], Nielsen.conditions 0.36 0.9 0.6 0.6 0.5 0.7
         ])
        "R37 mimic",
        (Mimic.conditions (at 0.80) (at 0.77) (at 0.775) (at 0.78),
         [
             [ "than from labels" ],
             Mimic.conditions (at 0.80) (-1.0 :: List.replicate 9 0.79) (at 0.775) (at 0.78)
             [ "own dropout" ], Mimic.conditions (at 0.80) (at 0.77) (at 0.785) (at 0.78)
             [ "close" ], Mimic.conditions (at 0.84) (at 0.77) (at 0.775) (at 0.78)
         ])
        "R37 hints",
        (hints 0.5 0.6 0.8,
         [
             [ "labels alone, 6" ], hints 0.8 0.6 0.8
             [ "scores alone, 6" ], hints 0.5 0.8 0.8
             [ "fails" ], Hints.conditions [ 6; 10 ] (fun _ -> at 0.5) (fun _ -> at 0.6) (fun _ -> at 0.8)
             [ "labels alone, 10"; "scores alone, 10" ],
             Hints.conditions [ 10 ] (fun _ -> at 0.4) (fun _ -> at 0.4) (fun _ -> at 0.4)
         ])
        "R37 loss surfaces",
        (LossSurfaces.conditions surfaces,
         [
             [ "from 5 to 100" ], LossSurfaces.conditions (List.updateAt 5 (losses 0.05 false 0.49) surfaces)
             [ "from 10 to 250" ], LossSurfaces.conditions (List.updateAt 6 (losses 0.02 false 0.48) surfaces)
             [ "mean falls" ], LossSurfaces.conditions (List.updateAt 5 (losses 0.005 false 0.51) surfaces)
             [ "correlate" ], LossSurfaces.conditions (List.updateAt 1 (losses 0.1 false 0.7) surfaces)
             [ "less in large" ],
             LossSurfaces.conditions (
                 List.mapi
                     (fun i runs ->
                         if i < 4 then
                             runs
                         else
                             losses 0.005 true (0.5 - 0.01 * float i))
                     surfaces
             )
         ])
        "R37 case study",
        (let printed, right = [ 0.788726; 0.786302 ], 148.0 / 300.0

         CaseStudy.conditions printed right 0.245 0.98,
         [
             [ "of the notes" ], CaseStudy.conditions [ 0.788726; 0.786306 ] right 0.245 0.98
             [ "148 of 300" ], CaseStudy.conditions printed 0.5 0.245 0.98
             [ "not below" ], CaseStudy.conditions printed right 0.23 0.98
             [ "not above" ], CaseStudy.conditions printed right 0.26 0.98
             [ "98 %" ], CaseStudy.conditions printed right 0.245 0.96
         ])
    ]

let names = judges |> List.map (fun (name, _) -> [| box name |])

[<Theory; MemberData(nameof names)>]
let ``Each condition holds on only one side of its limit`` (name: string) =
    let _, (good, broken) = judges |> List.find (fst >> (=) name)
    decides good broken
