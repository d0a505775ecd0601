namespace Hybrid.Testing

open FSharp.Quotations
open Hybrid.Core

/// Numbers for the operands of a row, row-major, with the free extents that determine their shapes.
type Case =
    {
        Extents: int list
        Values: float list list
    }

/// <summary>A function of tensors, with a description of its operands: one line of a table that laws are run on.</summary>
[<NoComparison; NoEquality>]
type Row =
    {
        Name: string
        /// The number of free extents in the operands' shapes, each from 1 to 4.
        Extents: int
        /// The operands for given extents.
        Operands: int list -> Operand list
        /// The result, of any shape.
        Build: Tensor list -> Tensor
        /// Whether the result is linear in all operands together, up to a constant.
        Linear: bool
        /// The methods that the row's source calls, and that a table with the row therefore covers.
        Covers: Set<string>
    }

    /// <summary>A row.</summary>
    /// <param name="name">The name in failures.</param>
    /// <param name="extents">The number of free extents in the operands' shapes.</param>
    /// <param name="operands">The operands for given extents.</param>
    /// <param name="build">The function. Its source is searched for the methods that it calls.</param>
    static member Of
        (
            name: string,
            extents: int,
            operands: int list -> Operand list,
            [<ReflectedDefinition true>] build: Expr<Tensor list -> Tensor>
        ) : Row =
        let value, covers = Quoted.take build

        {
            Name = name
            Extents = extents
            Operands = operands
            Build = value
            Linear = false
            Covers = covers
        }

/// A row at a case, as a graph: its operands are inputs named "0", "1", …
[<NoComparison; NoEquality>]
type Trace =
    {
        Leaves: Tensor list
        /// The leaves with respect to which derivatives are taken.
        Varied: Tensor list
        Output: Tensor
        Values: (string * float[]) list
    }

module Trace =
    /// The name of a leaf.
    let nameOf (leaf: Tensor) : string =
        match leaf.Node with
        | Input name -> name
        | _ -> invalidArg (nameof leaf) "A leaf must be an input."

    /// The graph of a row for a case.
    let ofCase (row: Row) (case: Case) : Trace =
        let operands = row.Operands case.Extents

        let leaves =
            operands |> List.mapi (fun i operand -> Tensor.input (string i) operand.Shape)

        let varied =
            List.zip operands leaves |> List.filter (fst >> Operand.varies) |> List.map snd

        {
            Leaves = leaves
            Varied = varied
            Output = row.Build leaves
            Values = case.Values |> List.mapi (fun i values -> string i, Array.ofList values)
        }

    /// The values of tensors of the trace's graph, in double precision.
    let evaluate (trace: Trace) (outputs: Tensor list) : float[] list =
        Reference.evaluate trace.Values outputs

    /// The trace with each leaf moved by t times its own direction.
    let moved (t: float) (directions: (Tensor * float[]) list) (trace: Trace) : Trace =
        let directions =
            directions |> List.map (fun (leaf, direction) -> nameOf leaf, direction)

        { trace with
            Values =
                trace.Values
                |> List.map (fun (name, values) ->
                    match List.tryFind (fst >> (=) name) directions with
                    | Some(_, direction) -> name, Array.map2 (fun x d -> x + t * d) values direction
                    | None -> name, values)
        }

    let private isVaried (trace: Trace) (name: string) =
        trace.Varied |> List.exists (fun leaf -> nameOf leaf = name)

    /// The distance to the nearest kink, and the largest number computed on the way to the output.
    let margin (trace: Trace) =
        Kinks.margin (isVaried trace) trace.Values [ trace.Output ]

    /// The side of each kink on which the trace is.
    let pattern (trace: Trace) : int[] =
        Kinks.pattern (isVaried trace) trace.Values [ trace.Output ]
