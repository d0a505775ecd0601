namespace Hybrid.Properties

open FSharp.Quotations
open Hybrid.Core
open Hybrid.Testing

/// Forms that many rows share.
type Rows =
    /// A function of one matrix of numbers between two bounds.
    static member Map(name, lower, upper, [<ReflectedDefinition true>] f: Expr<Tensor -> Tensor>) : Row =
        let f, covers = Quoted.take f

        {
            Name = name
            Extents = 2
            Operands = fun extents -> [ Operand.between lower upper extents ]
            Build = fun operands -> f operands.Head
            Linear = false
            Covers = covers
        }

    /// A function of two operands that broadcast: the third extent selects how the second one is smaller than a matrix.
    static member Zip
        (
            name,
            (lower, upper),
            (lower', upper'),
            [<ReflectedDefinition true>] f: Expr<Tensor -> Tensor -> Tensor>
        ) : Row =
        let f, covers = Quoted.take f

        let operands (extents: int list) =
            let m, n = extents[0], extents[1]

            let second =
                match extents[2] with
                | 1 -> [ m; n ]
                | 2 -> [ n ]
                | 3 -> [ m; 1 ]
                | _ -> []

            [ Operand.between lower upper [ m; n ]; Operand.between lower' upper' second ]

        {
            Name = name
            Extents = 3
            Operands = operands
            Build = fun operands -> f operands[0] operands[1]
            Linear = false
            Covers = covers
        }

    /// A function of one tensor with three axes.
    static member Block(name, [<ReflectedDefinition true>] f: Expr<Tensor -> Tensor>) : Row =
        let f, covers = Quoted.take f

        {
            Name = name
            Extents = 3
            Operands = fun extents -> [ Operand.any extents ]
            Build = fun operands -> f operands.Head
            Linear = false
            Covers = covers
        }

    /// The row, marked as linear in all its operands together.
    static member Linear(row: Row) : Row = { row with Linear = true }
