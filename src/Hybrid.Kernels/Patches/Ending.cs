namespace Hybrid.Kernels;

/// <summary>The usual chain after a convolution, which its sums go through while they are in registers or next to them: of integers a
/// scale, then a bias, a number for each sum, as of the branch beside it, and a rectifier, each only if it is there.</summary>
sealed unsafe class Ending
{
    /// <summary>What the sums of each output are multiplied by; null for a convolution that is not of integers.</summary>
    public float* Scale { get; private init; }

    /// <summary>A number for each output.</summary>
    public float* Bias { get; private init; }

    /// <summary>A number for each sum.</summary>
    public float* Addend { get; private init; }

    public bool IsRectified { get; private init; }

    /// <summary>What becomes of the sums.</summary>
    public float* Result { get; private init; }

    /// <summary>A chain of this form of which only the last value is kept; null for any other.</summary>
    public static Ending? Of(
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, int outputs, bool isScaled, Pins pins)
    {
        var last = operands.Length + chain.Instructions.Length - 1;

        if (chain.Instructions.Length == 0 || results.Length != 1 || chain.Results is not [var kept] || kept != last)
            return null;

        ArraySegment<float>? scale = null, bias = null, addend = null;
        var isRectified = false;
        var length = operands[0].Values.Count;

        for (var (i, value) = (0, 0); i < chain.Instructions.Length; value = operands.Length + i, i++)
        {
            var instruction = chain.Instructions[i];

            if (isRectified)
                return null;
            else if (instruction.IsMap && !(isScaled && i == 0) && instruction.map == Unary.Relu && instruction.x == value)
                isRectified = true;
            else if (Operand(instruction, isScaled && i == 0 ? Binary.Multiply : Binary.Add, value) is not { } number
                || operands[number] is not { Repeat: 1, Values: var values } || addend != null)
                return null;
            else if (isScaled && i == 0)
            {
                if (values.Count != outputs)
                    return null;

                scale = values;
            }
            else if (values.Count == outputs && bias == null)
                bias = values;
            else if (values.Count == length && !isScaled)
                addend = values;
            else
                return null;
        }

        return new()
        {
            Scale = Pinned(scale),
            Bias = Pinned(bias),
            Addend = Pinned(addend),
            IsRectified = isRectified,
            Result = pins.Pin(results[0]),
        };

        float* Pinned(ArraySegment<float>? values) => values is { } some ? pins.Pin(some) : null;

        // the operand that an operation combines with a value
        int? Operand(Instruction instruction, Binary operation, int value) =>
            !instruction.IsZip || instruction.zip != operation ? null
            : instruction.left == value && IsOperand(instruction.right) ? instruction.right
            : instruction.right == value && IsOperand(instruction.left) ? instruction.left
            : null;

        bool IsOperand(int number) => number > 0 && number < operands.Length;
    }
}
