namespace Hybrid.Certification

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Verification

/// The signs of derivatives.
module internal MonotoneProof =
    /// The conditions whose derivatives must have the sign, and the value that they stand for at a point: an output, or a
    /// probability, which rises where the score rises faster than each other one.
    let claim (answers: Answers) (output: int) : Objective =
        if answers.IsSoftmax then
            Objective.probability answers output 1.0
        else
            Objective.output output 1.0

    /// Proves the sign of derivatives on a box, by halving it: whether that succeeded, the share for which it did, and the boxes it
    /// took.
    let signs
        (engine: Engine)
        (options: CertifyOptions)
        (boxes: int64)
        (case: Case)
        (objective: Objective)
        (input: int)
        (sign: float)
        (box: Box)
        : struct (bool * float * int64) =
        let _, goals = Conditions.create case objective.Conditions
        let bounds = Bounds(case.Padded, engine, CaseBounds.Capacity)
        let stack = Stack<Leaf>()
        let mutable proved = 0.0
        let mutable count = 0L
        let mutable goesOn = true

        stack.Push
            {
                Lower = box.Lower
                Upper = box.Upper
                Kept = null
                Open = [||]
                Bound = -infinity
                Axis = -1
                Share = 1.0
            }

        let widths =
            Array.map2 (fun (upper: float) lower -> upper - lower) box.Upper box.Lower

        /// The leaf, to be split; none where the derivatives have the sign.
        let remains (index: int) (leaf: Leaf) : Leaf option =
            let slopes = SlopeBounds(case.Padded, bounds.Boxes, index, input)

            let holds condition =
                slopes.Lower(goals.Conditions, condition, sign) >= 0.0

            if Seq.forall holds (seq { 0 .. goals.Conditions.Size - 1 }) then
                None
            else
                let doubtful = slopes.Doubtful()

                // where nothing is doubtful in the first block, in turn
                let score j =
                    let width = leaf.Upper[j] - leaf.Lower[j]
                    let share = if widths[j] > 0.0 then width / widths[j] else 0.0
                    width * doubtful[j] + 1e-6 * share

                Some
                    { leaf with
                        Kept = bounds.Boxes.Keep index
                        Axis = Seq.maxBy score (seq { 0 .. leaf.Lower.Length - 1 })
                    }

        while goesOn && stack.Count > 0 do
            if count >= boxes || options.Stop() then
                goesOn <- false
            else
                let leaves = Array.init (min CaseBounds.Capacity stack.Count) (fun _ -> stack.Pop())

                count <- count + int64 leaves.Length

                leaves
                |> Array.iteri (fun i leaf ->
                    bounds.Boxes.SetInput(i, leaf.Lower, leaf.Upper)
                    bounds.Boxes.Inherit(i, leaf.Kept))

                try
                    bounds.Compute(leaves.Length, true)

                    for i in 0 .. leaves.Length - 1 do
                        match remains i leaves[i] with
                        | None -> proved <- proved + leaves[i].Share
                        | Some leaf ->
                            match Branching.split Arithmetic.Real leaf with
                            | [] -> goesOn <- false
                            | halves -> List.iter stack.Push halves
                with :? OperationCanceledException ->
                    goesOn <- false

        struct (goesOn, proved, count)
