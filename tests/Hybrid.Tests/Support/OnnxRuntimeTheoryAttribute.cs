using Xunit;

namespace Hybrid.Tests.Support;

/// <summary>A theory that needs the real ONNX Runtime; see <see cref="OnnxRuntimeFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute() => Skip = new OnnxRuntimeFactAttribute().Skip;
}
