using Xunit;

namespace Hybrid.Tests.Support;

/// <summary>A test that needs the ONNX project's own test data, Debian's package libonnx-testdata. Skipped where they are not
/// installed, except in CI.</summary>
sealed class OnnxTestDataFactAttribute : FactAttribute
{
    /// <summary>Where the package puts them.</summary>
    public const string Folder = "/usr/share/libonnx-testdata/data";

    public OnnxTestDataFactAttribute()
    {
        if (!Directory.Exists(Folder) && Environment.GetEnvironmentVariable("CI") != "true")
            Skip = $"{Folder} does not exist: install libonnx-testdata.";
    }
}
