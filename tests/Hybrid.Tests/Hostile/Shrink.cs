namespace Hybrid.Tests.Hostile;

/// <summary>Shrinks files as long as they fail.</summary>
/// <remarks>Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (2002), without complements.</remarks>
sealed class Shrink(Predicate<FuzzCase> fails)
{
    int attemptsLeft = 4_000;

    /// <summary>Removes parts of the format, then runs of bytes, until nothing more can be removed.</summary>
    public FuzzCase Whole(FuzzCase given) => Bytes(Parts(given));

    bool Fails(FuzzCase smaller) => attemptsLeft-- > 0 && fails(smaller);

    FuzzCase Parts(FuzzCase given)
    {
        var candidates = given.Smaller?.Invoke(given.Bytes).Select(bytes => given with { Bytes = bytes });
        var smaller = candidates?.TakeWhile(_ => attemptsLeft > 0).FirstOrDefault(Fails);
        return smaller is null ? given : Parts(smaller);
    }

    /// <summary>Halves first and single bytes last.</summary>
    FuzzCase Bytes(FuzzCase given)
    {
        for (var length = given.Bytes.Length / 2; length > 0 && attemptsLeft > 0;)
        {
            var before = given.Bytes.Length;
            for (var start = 0; start < given.Bytes.Length;)
            {
                var end = Math.Min(given.Bytes.Length, start + length);
                var smaller = given with { Bytes = [.. given.Bytes[..start], .. given.Bytes[end..]] };
                if (Fails(smaller))
                    given = smaller;
                else
                    start = end;
            }

            length = given.Bytes.Length < before ? Math.Min(length, given.Bytes.Length / 2) : length / 2;
        }

        return given;
    }
}
