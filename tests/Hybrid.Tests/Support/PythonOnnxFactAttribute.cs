using Xunit;

namespace Hybrid.Tests.Support;

/// <summary>A test that needs a Python with the package onnx, named by the environment variable HYBRID_PYTHON. Skipped where it
/// is not set, except in CI.</summary>
sealed class PythonOnnxFactAttribute : FactAttribute
{
    public PythonOnnxFactAttribute()
    {
        if (Python is null && Environment.GetEnvironmentVariable("CI") != "true")
            Skip = "HYBRID_PYTHON names no Python with the package onnx.";
    }

    /// <summary>The Python to run, if one is named.</summary>
    public static string? Python => Environment.GetEnvironmentVariable("HYBRID_PYTHON");
}
