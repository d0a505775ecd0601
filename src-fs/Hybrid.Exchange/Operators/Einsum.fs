namespace Hybrid.Exchange

open System
open Hybrid.Core

/// <summary>Sums of products over axes that an equation names: "bi,oi->bo" is x Wᵀ.</summary>
module internal Einsum =
    /// An operand with the names of its axes.
    [<NoComparison; ReferenceEquality>]
    type private Named = { Tensor: Tensor; Axes: string list }

    [<Literal>]
    let private Ellipsis = "..."

    let private arrow = "->"

    let private letters (call: NodeCall) (term: string) : string list =
        match Seq.tryFind (Char.IsAsciiLetter >> not) term with
        | Some other ->
            NodeCall.refuse
                call
                $"its equation has {Printable.quote (string other)} in the place of a letter."
        | None -> term |> Seq.map string |> List.ofSeq

    /// The names that a term lists; those of an ellipsis are numbered from the last, where operands are aligned.
    let private axes (call: NodeCall) (elided: int) (term: string) : string list =
        match term.Split Ellipsis with
        | [| all |] -> letters call all
        | [| first; last |] ->
            letters call first
            @ [ for i in elided - 1 .. -1 .. 0 -> Ellipsis + string i ]
            @ letters call last
        | _ -> NodeCall.refuse call "a term of its equation has several ellipses."

    let private place (x: Named) (name: string) : int = List.findIndex ((=) name) x.Axes

    let private permuted (order: string list) (x: Named) : Tensor =
        Tensor.permute (List.map (place x) order) x.Tensor

    /// The elements with the same place on two axes of one name, as those of a single axis.
    let rec private diagonal (call: NodeCall) (x: Named) : Named =
        match x.Axes |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1) with
        | None -> x
        | Some(name, _) ->
            let first, second = place x name, List.findIndexBack ((=) name) x.Axes
            let shape = x.Tensor.Shape

            if shape[first] <> shape[second] then
                NodeCall.refuse call $"its axes {Printable.quote name} have different extents."

            call.Spend(2L * int64 shape[first])

            let isOn =
                Tensor.equal (Reductions.positions first shape) (Reductions.positions second shape)

            diagonal
                call
                {
                    Tensor = Tensor.select isOn x.Tensor (Tensor.scalar 0.0) |> Tensor.sum second
                    Axes = List.removeAt second x.Axes
                }

    /// The sum over the axes that are not wanted.
    let private summed (wanted: string list) (x: Named) : Named =
        let kept, others = x.Axes |> List.partition (fun name -> List.contains name wanted)

        {
            Tensor = Reductions.reduce Tensor.sum (List.map (place x) others) false x.Tensor
            Axes = kept
        }

    /// The sums of products of two operands over their common axes that are not wanted: products of matrices.
    let private product (wanted: string list) (a: Named) (b: Named) : Named =
        let a, b = summed (wanted @ b.Axes) a, summed (wanted @ a.Axes) b
        let shared, left = a.Axes |> List.partition (fun name -> List.contains name b.Axes)
        let batch, common = shared |> List.partition (fun name -> List.contains name wanted)
        let right = b.Axes |> List.except shared

        let extents (x: Named) =
            List.map (fun name -> x.Tensor.Shape[place x name])

        let matrix (x: Named) rows columns =
            permuted (batch @ rows @ columns) x
            |> Tensor.reshape (
                extents x batch
                @ [ Shape.size (extents x rows); Shape.size (extents x columns) ]
            )

        let y = Products.product (matrix a left common) (matrix b common right)

        {
            Tensor = Tensor.reshape (List.truncate batch.Length y.Shape @ extents a left @ extents b right) y
            Axes = batch @ left @ right
        }

    /// The terms of an equation, and the names of the result's axes: without an arrow, those that occur once, in the order of the
    /// alphabet.
    let private parsed (call: NodeCall) (ranks: int list) : string list list * string list =
        let equation = (NodeCall.text call "equation" "").Replace(" ", "")
        let sides = equation.Split arrow
        let terms = sides[0].Split ',' |> List.ofArray

        if terms.Length <> ranks.Length || sides.Length > 2 then
            NodeCall.refuse call $"its equation {Printable.quote equation} does not have a term per operand."

        let elided (term: string) rank =
            if term.Contains Ellipsis then
                rank - (term.Length - Ellipsis.Length)
            else
                0

        let counts = List.map2 elided terms ranks
        let named = List.map2 (axes call) counts terms

        for axes, rank in List.zip named ranks do
            if axes.Length <> rank then
                NodeCall.refuse
                    call
                    $"its equation {Printable.quote equation} does not name the axes of its operands."

        let result =
            match sides with
            | [| _; result |] -> axes call (List.max counts) result
            | _ ->
                let once =
                    List.concat named
                    |> List.countBy id
                    |> List.filter (fun (name, count) -> count = 1 && not (name.StartsWith Ellipsis))
                    |> List.map fst
                    |> List.sortWith (fun a b -> String.CompareOrdinal(a, b))

                axes call (List.max counts) Ellipsis @ once

        if
            List.distinct result <> result
            || not (List.forall (fun name -> List.exists (List.contains name) named) result)
        then
            NodeCall.refuse
                call
                $"the result of its equation {Printable.quote equation} has an axis that is repeated or unknown."

        named, result

    let private einsum: OperatorRule =
        fun call ->
            let operands = NodeCall.all call |> List.map _.Tensor
            let named, result = parsed call (operands |> List.map _.Shape.Length)

            let operands =
                List.map2 (fun axes x -> diagonal call { Tensor = x; Axes = axes }) named operands

            // what a later operand or the result reads is kept
            let rec all (product': Named) (rest: Named list) =
                match rest with
                | [] -> product'
                | next :: later -> all (product (result @ List.collect _.Axes later) product' next) later

            let y = all operands.Head operands.Tail |> summed result
            [ Operand.real (permuted result y) ]

    let rules: (string * OperatorRule) list = [ "Einsum", einsum ]
