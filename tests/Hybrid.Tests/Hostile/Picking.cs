namespace Hybrid.Tests.Hostile;

/// <summary>Random choices.</summary>
static class Picking
{
    public static T Pick<T>(this System.Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
