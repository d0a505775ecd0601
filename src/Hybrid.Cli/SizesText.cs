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

    /// <summary>The description of a network of these sizes.</summary>
    /// <exception cref="UsageException">It is too large.</exception>
    public static NetworkDescription Describe(int[] sizes)
    {
        try
        {
            return NetworkDescription.OfSizes(sizes);
        }
        catch (HybridException problem)
        {
            throw new UsageException(problem.Message);
        }
    }
}
