using Hybrid.Data;

namespace Hybrid;

/// <summary>Targets as training sees them.</summary>
static class Targets
{
    /// <summary>One number an example: the index of its class, or the quantity.</summary>
    public static float[] Numbers(this Target target) => target switch
    {
        Target.Classes classes => Array.ConvertAll(classes.labels, label => (float)label),
        Target.Quantity quantity => quantity.Item,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
