namespace Hybrid.Testing

open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// Random cases of a row, and smaller versions of a failing case.
module Cases =
    /// The minimum distance of a case from any kink, so that a difference quotient does not cross one.
    let private clearance = 0.01

    let private isClear row case =
        let struct (nearest, largest) = Trace.margin (Trace.ofCase row case)
        nearest >= clearance && System.Double.IsFinite largest

    let private generator (row: Row) : Gen<Case> =
        gen {
            let! extents = Gen.listOfLength row.Extents (Gen.choose (1, 4))
            let! values = row.Operands extents |> List.map Operand.values |> Gen.sequenceToList

            return { Extents = extents; Values = values }
        }

    /// Zeros and ones in place of some numbers, so that kinks and ties occur.
    let private withSpecial (row: Row) (case: Case) : Gen<Case> =
        let special (operand: Operand) x =
            match operand.Domain with
            | Between(lower, upper) ->
                let allowed = [ 0.0; 1.0; -1.0 ] |> List.filter (fun v -> lower <= v && v <= upper)

                if allowed.IsEmpty then
                    Gen.constant x
                else
                    Gen.frequency [ 3, Gen.constant x; 1, Gen.elements allowed ]
            | _ -> Gen.constant x

        List.map2
            (fun (operand: Operand) values -> values |> List.map (special operand) |> Gen.sequenceToList)
            (row.Operands case.Extents)
            case.Values
        |> Gen.sequenceToList
        |> Gen.map (fun values -> { case with Values = values })

    /// The elements of a block that lie in the corner of a smaller shape; all elements if the ranks differ.
    let private cropped (before: Shape) (after: Shape) (values: float list) : float list =
        if before.Length <> after.Length then
            List.init (Shape.size after) (fun i -> values[i % values.Length])
        else
            let corner = Strided(Array.ofList after, Array.ofList (Shape.strides before), 0)
            let values = Array.ofList values
            [ for i in corner.Indices -> values[i] ]

    let private resized (row: Row) (case: Case) (extents: int list) : Case =
        {
            Extents = extents
            Values =
                List.map3
                    (fun (before: Operand) (after: Operand) values ->
                        Operand.admit after (cropped before.Shape after.Shape values))
                    (row.Operands case.Extents)
                    (row.Operands extents)
                    case.Values
        }

    let private smaller (row: Row) (case: Case) : Case seq =
        let extents =
            case.Extents
            |> Seq.mapi (fun i extent ->
                [ 1; extent - 1 ]
                |> List.filter (fun fewer -> fewer >= 1 && fewer < extent)
                |> List.distinct
                |> List.map (fun fewer -> resized row case (List.updateAt i fewer case.Extents)))
            |> Seq.concat

        let values =
            seq {
                for operand, (place, numbers) in
                    List.zip (row.Operands case.Extents) (List.indexed case.Values) do
                    for i, x in List.indexed numbers do
                        for simpler in Operand.simpler operand x do
                            { case with
                                Values = List.updateAt place (List.updateAt i simpler numbers) case.Values
                            }
            }

        Seq.append extents values

    /// Cases at which the row has a derivative, away from kinks.
    let smooth (row: Row) : Arbitrary<Case> =
        Arb.fromGenShrink (
            generator row |> Gen.where (isClear row),
            fun case -> smaller row case |> Seq.filter (isClear row)
        )

    /// Any cases, including kinks and ties.
    let any (row: Row) : Arbitrary<Case> =
        Arb.fromGenShrink (generator row |> Gen.bind (withSpecial row), smaller row)
