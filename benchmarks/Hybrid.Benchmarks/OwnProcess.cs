using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Hybrid.Benchmarks;

/// <summary>A part of the benchmarks in a process of its own, which has nothing else in its memory.</summary>
static class OwnProcess
{
    /// <summary>What it prints.</summary>
    /// <param name="arguments">Those of its command line.</param>
    /// <param name="environment">Variables besides those of this process.</param>
    public static JsonNode Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        var self = Environment.ProcessPath!;
        var isHosted = Path.GetFileNameWithoutExtension(self) == "dotnet";
        var start = new ProcessStartInfo(self, isHosted ? [typeof(OwnProcess).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonNode.Parse(text)!
            : throw new HybridException($"The process for {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
    }
}
