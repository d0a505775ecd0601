namespace Hybrid;

/// <summary>The operators of the core, for C#.</summary>
static class NetworkExtensions
{
    /// <summary>The first network's output is the second one's input.</summary>
    public static Core.Network Then(this Core.Network first, Core.Network second) => Core.Network.op_GreaterEqualsGreater(first, second);
}
