/// Models certified in raw columns, compared with rows drawn from their boxes.
module Hybrid.Properties.CertificationProperties

open Expecto
open Hybrid.Properties.ModelCase
open Hybrid.Properties.CertificationLaws

let private functions = [ "relu"; "tanh"; "leaky-relu"; "gelu"; "sigmoid" ]

[<Tests>]
let tests =
    testList
        "certification"
        [
            property
                "Certified rows keep their class in every order of summation, and attacks replay"
                12
                (cases functions [ 2; 3 ])
                (certified unchanged >> withoutComplaints)

            property
                "Answers stay within what is proved"
                12
                (cases functions [ 0 ])
                (moved unchanged >> withoutComplaints)

            property
                "Margins that are proved are at most those that are attacked"
                12
                (cases functions [ 2; 3 ])
                (margins unchanged >> withoutComplaints)

            property
                "Outputs are within the ranges of their box"
                12
                (cases functions [ 0; 2; 3 ])
                (ranges >> withoutComplaints)

            property
                "Answers rise and fall as is proved, and violations replay"
                12
                (cases [ "relu"; "tanh"; "elu" ] [ 0; 2; 3 ])
                (monotone >> withoutComplaints)

            property
                "Differences are within the bounds of derivatives"
                60
                (VerificationCase.casesOf
                    [ "relu"; "tanh"; "sigmoid"; "softplus"; "elu"; "abs"; "square"; "exp" ])
                (slopes unchanged >> withoutComplaints)
        ]
