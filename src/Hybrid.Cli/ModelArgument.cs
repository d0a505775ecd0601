using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>The argument that names a model file.</summary>
static class ModelArgument
{
    public static Argument<string> Create() => new("MODEL") { Description = "A model file written by hybrid train, or a foreign ONNX file." };
}
