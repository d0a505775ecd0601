namespace Hybrid.Core

/// The operands of a primitive, by their number.
module internal Operands =
    /// The only operand.
    let one (operands: 'a list) : 'a = List.exactlyOne operands

    /// The two operands.
    let two (operands: 'a list) : struct ('a * 'a) =
        match operands with
        | [ a; b ] -> struct (a, b)
        | _ -> invalidArg (nameof operands) $"Two operands are needed, not {operands.Length}."

    /// The three operands.
    let three (operands: 'a list) : struct ('a * 'a * 'a) =
        match operands with
        | [ a; b; c ] -> struct (a, b, c)
        | _ -> invalidArg (nameof operands) $"Three operands are needed, not {operands.Length}."
