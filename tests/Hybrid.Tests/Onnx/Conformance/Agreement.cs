namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>When two results are the same.</summary>
static class Agreement
{
    /// <summary>Shapes are equal, and numbers within 1e-5 (1 + |v|), or equal where they are infinite or NaN.</summary>
    /// <exception cref="HybridException">They are not; the message names the first difference.</exception>
    public static void Require(string output, int[] shape, float[] expected, Tensor y, float[] values)
    {
        if (!shape.SequenceEqual(y.Shape))
            throw new HybridException($"{output} has the shape [{string.Join(", ", y.Shape)}], not [{string.Join(", ", shape)}]");

        for (var i = 0; i < expected.Length; i++)
            if (!(Math.Abs(values[i] - expected[i]) <= 1e-5 * (1 + Math.Abs(expected[i])) || values[i].Equals(expected[i])))
                throw new HybridException($"{output} has {values[i]:R} at {i}, not {expected[i]:R}");
    }
}
