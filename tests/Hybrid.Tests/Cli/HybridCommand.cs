using System.Diagnostics;
using System.Text.Json;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>The result of a run of the command.</summary>
sealed record Answer(int Code, string Output, string Errors)
{
    /// <summary>The object on the only line of stdout.</summary>
    public JsonElement Json => JsonDocument.Parse(Assert.Single(Lines)).RootElement;

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// The real command, as a process in its own folder: the file that the environment names as HYBRID, such as the native one, or
/// else the build beside the tests.
/// </summary>
/// <param name="program">The folder of another build of it.</param>
sealed class HybridCommand(string? program = null) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly TemporaryFolder folder = new();

    static HybridCommand() => Signals.AreHeard();

    public string File(string name) => folder.File(name);

    public string[] Names => folder.Names();

    /// <summary>Writes a file to the folder and returns its name.</summary>
    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return name;
    }

    public Process Start(params string[] arguments) => Start(Words[0], [.. Words[1..], .. arguments]);

    /// <summary>The command as so many processes, by mpirun.</summary>
    public Process StartRanks(int ranks, params string[] arguments) => Start(
        Launcher, ["--allow-run-as-root", "--oversubscribe", "-n", $"{ranks}", .. Words, .. arguments]);

    /// <summary>Processes that mpirun starts together, rank 0 first, each with its own arguments.</summary>
    public Process StartRanks(params string[][] arguments) => Start(
        Launcher,
        [
            "--allow-run-as-root", "--oversubscribe",
            .. arguments.SelectMany((own, rank) => (string[])[.. rank == 0 ? Array.Empty<string>() : [":"], "-n", "1", .. Words, .. own]),
        ]);

    const string Launcher = "mpirun";

    string[] Words => program is null && Environment.GetEnvironmentVariable("HYBRID") is { } native
        ? [native]
        : ["dotnet", Path.Combine(program ?? AppContext.BaseDirectory, "Hybrid.Cli.dll")];

    Process Start(string file, IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var word in words)
            start.ArgumentList.Add(word);

        return Process.Start(start)!;
    }

    /// <summary>The command in a shell's words, such as "$HYBRID --version >/dev/full", where $HYBRID is the command.</summary>
    public Answer Shell(string line)
    {
        var start = new ProcessStartInfo("sh")
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        start.Environment["HYBRID"] = string.Join(' ', Words);
        using var process = Process.Start(start)!;
        return Finish(process);
    }

    public Answer Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return Finish(process);
    }

    /// <summary>Waits for the end of a process whose output is redirected, by default for a minute.</summary>
    public static Answer Finish(Process process, TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();

        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The command did not end within {limit.TotalSeconds} seconds.");
        }

        return new Answer(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Runs a command that must succeed, without output on stderr.</summary>
    public Answer Succeed(params string[] arguments)
    {
        var answer = Run(arguments);
        Assert.Equal((0, ""), (answer.Code, answer.Errors));
        return answer;
    }

    /// <summary>Runs a command that must fail with a message of one or two lines that has all these parts.</summary>
    public Answer Fail(int code, string[] parts, params string[] arguments)
    {
        var answer = Run(arguments);
        Assert.All(parts, part => Assert.Contains(part, answer.Errors));
        Assert.Equal(code, answer.Code);
        Assert.InRange(answer.Errors.TrimEnd().Split('\n').Length, 1, 2);
        Assert.DoesNotContain("   at ", answer.Errors);
        Assert.DoesNotContain("please report", answer.Errors);
        return answer;
    }

    public void Dispose() => folder.Dispose();
}
