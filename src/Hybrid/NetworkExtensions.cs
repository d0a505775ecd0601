namespace Hybrid;

/// <summary>The operators of the core, for C#.</summary>
static class NetworkExtensions
{
    /// <summary>The first network's output is the second one's input.</summary>
    public static Network Then(this Network first, Network second) => Network.op_GreaterEqualsGreater(first, second);
}
