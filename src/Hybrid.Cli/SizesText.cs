using System.Globalization;

namespace Hybrid.Cli;

/// <summary>Networks written as their sizes, such as 3-4-4-1: inputs, hidden layers with relu, outputs.</summary>
static class SizesText
{
    /// <summary>The sizes in a text that consists of numbers with dashes between; null for any other text.</summary>
    public static int[]? Parse(string text)
    {
        var parts = text.Split('-');
        if (parts.Length < 2 || !parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit)))
            return null;

        return [.. parts.Select(part =>
            int.TryParse(part, NumberStyles.None, Arguments.Culture, out var size) && size >= 1
                ? size
                : throw new UsageException($"{text}: {part} is not the size of a layer. Give numbers of at least 1."))];
    }

    /// <summary>A network of these sizes without weights, since only its size is wanted.</summary>
    public static Core.Network Network(int[] sizes)
    {
        // weights and biases, as in Linear
        var parameters = sizes.Zip(sizes.Skip(1), (inputs, outputs) => ((long)inputs + 1) * outputs).Sum();
        if (parameters > int.MaxValue)
            throw new UsageException(
                $"A network of {parameters:N0} parameters is too large for {About.Name}. Give smaller sizes.");

        return Dense.outline("relu", ListModule.OfSeq(sizes));
    }
}
