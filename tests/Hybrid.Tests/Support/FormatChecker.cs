using System.Diagnostics;
using Xunit;

namespace Hybrid.Tests.Support;

/// <summary>
/// Whether files are valid ONNX, by others' code: ONNX Runtime, which holds every node to the operators' schemas and infers
/// all types and shapes when it loads a model, and, where a Python has the package onnx, the format's own checker too.
/// </summary>
static class FormatChecker
{
    const string Check = """
        import glob, onnx, sys
        for path in glob.glob(sys.argv[1] + "/*.onnx"):
            onnx.checker.check_model(onnx.load(path), full_check=True)
        """;

    /// <summary>The first Python that has the package onnx; Debian's python3-onnx belongs to /usr/bin/python3.</summary>
    static readonly Lazy<string?> Python = new(() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Errors(python, "import onnx") is ""));

    /// <summary>Fails unless every .onnx file of a folder is accepted, and there is one. Continuous integration, where the
    /// environment variable CI is true, has to have the format's own checker.</summary>
    public static void AcceptsAll(TemporaryFolder folder)
    {
        var paths = Directory.GetFiles(folder.Path, "*.onnx");
        Assert.NotEmpty(paths);
        Assert.All(paths, path => OnnxRuntime.Open(path).Dispose());

        if (Python.Value is { } python)
            Assert.Equal("", Errors(python, Check, folder.Path));
        else
            Assert.NotEqual("true", Environment.GetEnvironmentVariable("CI"));
    }

    /// <summary>The error output of a program; null if there is no such Python.</summary>
    static string? Errors(string python, params string[] program)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, ["-W", "ignore", "-c", .. program]) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? "" : errors;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
