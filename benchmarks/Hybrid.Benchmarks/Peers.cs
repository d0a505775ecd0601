using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Hybrid.Benchmarks;

/// <summary>Other programs that do the same work, each in its own processes; their scripts are in benchmarks/peers.</summary>
static class Peers
{
    const string Python = "/usr/bin/python3";

    static readonly string[] policies = ["active", "passive"];

    static string Folder => Path.Combine(AppContext.BaseDirectory, "peers");

    /// <summary>OpenBLAS's settings for its kernels: none, whatever this process inherited, so that it detects the processor
    /// itself; and AVX-512, which an old version does not detect on a new processor.</summary>
    public static IEnumerable<Dictionary<string, string?>> Kernels()
    {
        yield return new() { ["OPENBLAS_CORETYPE"] = null, ["OPENBLAS_L2_SIZE"] = null };

        if (Vector512.IsHardwareAccelerated)
            yield return new() { ["OPENBLAS_CORETYPE"] = "SkylakeX", ["OPENBLAS_L2_SIZE"] = null };
    }

    /// <summary>The settings for PyTorch and scikit-learn, of which the best counts: threads, wait policy, kernels.</summary>
    static IEnumerable<Dictionary<string, string?>> Settings(int threads) =>
        from count in Enumerable.Range(1, threads)
        from policy in policies.Skip(count == 1 ? 1 : 0)
        from kernels in Kernels()
        select new Dictionary<string, string?>(kernels)
        {
            ["OMP_NUM_THREADS"] = $"{count}",
            ["OPENBLAS_NUM_THREADS"] = $"{count}",
            ["OMP_WAIT_POLICY"] = policy,
        };

    /// <summary>Seconds per workload with the best setting within a number of threads; null if it is not
    /// installed.</summary>
    public static Dictionary<string, double>? Torch(int threads, double seconds, IEnumerable<string> workloads)
    {
        if (Run(Python, ["-c", "import torch"]) is null)
            return null;

        var best = new Dictionary<string, double>();

        foreach (var environment in Settings(threads))
            foreach (var line in Run(
                Python,
                [Path.Combine(Folder, "torch_peer.py"), seconds.ToString(CultureInfo.InvariantCulture), .. workloads],
                environment) ?? [])
            {
                using var result = JsonDocument.Parse(line);
                var workload = result.RootElement.GetProperty("workload").GetString()!;
                best[workload] = Math.Min(
                    best.GetValueOrDefault(workload, double.PositiveInfinity),
                    result.RootElement.GetProperty("seconds").GetDouble());
            }

        return best;
    }

    /// <summary>Seconds per workload of libtorch and ONNX Runtime, with the best number of threads up to a limit; null if
    /// benchmarks/Hybrid.Peers is not built.</summary>
    public static Dictionary<string, double>? Current(int threads, double seconds, IEnumerable<string> workloads)
    {
        if (Built("benchmarks", "Hybrid.Peers", "bin", "Release", "net10.0", "linux-x64", "Hybrid.Peers") is not { } program)
            return null;

        var lines = Run(
            program, [seconds.ToString(CultureInfo.InvariantCulture), $"{threads}", .. workloads],
            new() { ["OPENBLAS_CORETYPE"] = null, ["OPENBLAS_L2_SIZE"] = null });
        return lines?.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(
            result => result.GetProperty("workload").GetString()!, result => result.GetProperty("seconds").GetDouble());
    }

    /// <summary>A file of this repository, built in the same configuration; null if it does not exist.</summary>
    public static string? Built(params ReadOnlySpan<string> names)
    {
        var relative = Path.Combine(names);

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, relative)))
                return Path.Combine(folder.FullName, relative);

        return null;
    }

    /// <summary>Seconds per epoch of Fashion-MNIST, with the best setting.</summary>
    public static double? ScikitLearn(string data, int threads, int epochs)
    {
        double? best = null;

        foreach (var environment in Settings(threads))
            if (Seconds(Run(Python, [Path.Combine(Folder, "sklearn_peer.py"), data, $"{epochs}"], environment)) is { } time)
                best = Math.Min(best ?? double.PositiveInfinity, time);

        return best;
    }

    /// <summary>FANN's program, compiled; null if its headers or a compiler are missing.</summary>
    public static string? CompileFann(string folder)
    {
        var program = Path.Combine(folder, "fann_peer");
        return Run("gcc", ["-O3", "-march=native", Path.Combine(Folder, "fann_peer.c"), "-lfann", "-lm", "-o", program]) is null
            ? null
            : program;
    }

    /// <summary>Seconds per step of FANN's network on a number of examples.</summary>
    public static double? Fann(string program, int examples, string activation) => Seconds(Run(program, [$"{examples}", activation]));

    static double? Seconds(string[]? lines)
    {
        if (lines is not [.., var last])
            return null;

        using var result = JsonDocument.Parse(last);
        return result.RootElement.GetProperty("seconds").GetDouble();
    }

    /// <summary>The output of a program; null if it fails or does not exist.</summary>
    public static string[]? Run(string program, IEnumerable<string> arguments, Dictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // null removes a variable
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;

        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
