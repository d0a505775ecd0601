using Xunit;

namespace Hybrid.Tests.Support;

/// <summary>
/// A fact that needs the real ONNX Runtime: skipped where there is none, but not in continuous integration, where a
/// missing library must not look like a passed test.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxRuntimeFactAttribute : FactAttribute
{
    public OnnxRuntimeFactAttribute()
    {
        if (OnnxRuntime.LibraryPath is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"Set {OnnxRuntime.Variable} to the path of libonnxruntime to run this.";
        }
    }
}
