namespace Hybrid.Kernels;

/// <summary>The usual chain after a convolution, which its sums go through while they are in registers: a bias, a number for each sum,
/// as of the branch beside it, and a rectifier, each only if it is there.</summary>
sealed unsafe class Ending
{
    /// <summary>A number for each output.</summary>
    public float* Bias { get; private init; }

    /// <summary>A number for each sum.</summary>
    public float* Addend { get; private init; }

    public bool IsRectified { get; private init; }

    /// <summary>What becomes of the sums.</summary>
    public float* Result { get; private init; }

    /// <summary>A chain of this form of which only the last value is kept; null for any other.</summary>
    public static Ending? Of(Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, int outputs, Pins pins)
    {
        var last = operands.Length + chain.Instructions.Length - 1;

        if (chain.Instructions.Length == 0 || results.Length != 1 || chain.Results is not [var kept] || kept != last)
            return null;

        ArraySegment<float>? bias = null, addend = null;
        var isRectified = false;
        var length = operands[0].Values.Count;

        for (var (i, value) = (0, 0); i < chain.Instructions.Length; value = operands.Length + i, i++)
        {
            var instruction = chain.Instructions[i];

            if (isRectified)
                return null;
            else if (instruction.IsMap && instruction.map == Unary.Relu && instruction.x == value)
                isRectified = true;
            else if (Added(instruction, value) is not { } number || operands[number] is not { Repeat: 1, Values: var values } || addend != null)
                return null;
            else if (values.Count == outputs && bias == null)
                bias = values;
            else if (values.Count == length)
                addend = values;
            else
                return null;
        }

        return new() { Bias = Pinned(bias), Addend = Pinned(addend), IsRectified = isRectified, Result = pins.Pin(results[0]) };

        float* Pinned(ArraySegment<float>? values) => values is { } some ? pins.Pin(some) : null;

        // the operand that is added to a value
        int? Added(Instruction instruction, int value) =>
            !instruction.IsZip || instruction.zip != Binary.Add ? null
            : instruction.left == value && IsOperand(instruction.right) ? instruction.right
            : instruction.right == value && IsOperand(instruction.left) ? instruction.left
            : null;

        bool IsOperand(int number) => number > 0 && number < operands.Length;
    }
}
