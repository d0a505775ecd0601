using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Hybrid.Tests;

/// <summary>The notebooks' scripts run as they are, and the .ipynb files are those scripts with outputs.</summary>
public sealed partial class NotebookTests
{
    const int MostCharacters = 1_000_000;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>An absolute path, as a message would quote the machine's own.</summary>
    static readonly Regex OwnPath = new("""(?<=["\s(])/[a-z]+/[\w./-]*""");

    /// <summary>The scripts, and some text that each prints.</summary>
    static readonly Dictionary<string, string[]> Scripts = new()
    {
        ["1-neuron"] = ["firing rate 0.622459", "14 of 16 colourings", "[picture: one neuron"],
        ["2-activations"] = ["absolute value  [5; 1] 2, 1, 0, 1, 2", "[picture: Gradients on their way back]"],
        ["3-networks"] = ["6 neurons, 26 parameters", "9 neurons, 41 parameters", "maximum difference 0"],
        ["4-approximation"] = ["holds: true", "holds: false", "4096 lines"],
        ["5-capacity"] = ["at most 211 regions", "[picture: Final loss from twelve starts]"],
        ["6-deep"] = ["student by scores of 1,200", "[picture: From one solution to another]"],
    };

    public static TheoryData<string> Names => [.. Scripts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_script_runs_and_prints_its_results(string name)
    {
        var (code, output, errors) = await RunAsync(name);

        Assert.True(code == 0, $"{name} ended with {code}: {errors}");
        Assert.All(Scripts[name], words => Assert.Contains(words, output, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_notebook_has_the_text_and_the_code_of_its_script(string name)
    {
        var script = File.ReadAllText(PathOf(name + ".fsx"));
        using var notebook = Read(name);

        var cells = notebook.RootElement.GetProperty("cells").EnumerateArray()
            .Select(cell => (cell.GetProperty("cell_type").GetString()!, Joined(cell.GetProperty("source")).Trim()));

        Assert.Equal(CellsOf(script), cells);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_notebook_is_of_format_4_and_has_outputs_and_pictures_and_no_errors(string name)
    {
        using var notebook = Read(name);
        Assert.Equal(4, notebook.RootElement.GetProperty("nbformat").GetInt32());
        Assert.Equal(JsonValueKind.Object, notebook.RootElement.GetProperty("metadata").ValueKind);

        var outputs = notebook.RootElement.GetProperty("cells").EnumerateArray()
            .Where(cell => cell.GetProperty("cell_type").GetString() == "code")
            .SelectMany(cell => cell.GetProperty("outputs").EnumerateArray())
            .ToList();

        Assert.All(outputs, output => Assert.Equal("execute_result", output.GetProperty("output_type").GetString()));
        var texts = outputs.SelectMany(output => output.GetProperty("data").EnumerateObject())
            .Select(data => (data.Name, Text: Joined(data.Value)))
            .ToList();

        Assert.All(texts, data => Assert.NotEqual("", data.Text));
        Assert.All(texts, data => Assert.DoesNotContain("Exception", data.Text, StringComparison.Ordinal));
        Assert.Contains(texts, data => data.Name == "text/plain");
        Assert.Contains(texts, data => data.Name == "text/html" && data.Text.StartsWith("<svg", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_notebook_is_small_and_contains_no_path_of_the_machine(string name)
    {
        var text = File.ReadAllText(PathOf(name + ".ipynb"));

        Assert.True(text.Length < MostCharacters, $"{name} has {text.Length} characters.");
        Assert.DoesNotMatch(OwnPath, text);
    }

    [Fact]
    public void Every_script_has_a_test_and_a_notebook()
    {
        var folder = Path.GetDirectoryName(PathOf("load.fsx"))!;
        string[] NamesOf(string pattern) =>
            [.. Directory.GetFiles(folder, pattern).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

        var tested = Scripts.Keys.Order(StringComparer.Ordinal);
        Assert.Equal(tested, NamesOf("*.fsx").Where(name => name != "load"));
        Assert.Equal(tested, NamesOf("*.ipynb"));
    }

    /// <summary>A script's comments that begin with two stars are text, all between them is code.</summary>
    static IEnumerable<(string, string)> CellsOf(string script)
    {
        var after = 0;

        foreach (Match text in Comment().Matches(script))
        {
            if (script[after..text.Index].Trim() is { Length: > 0 } code)
                yield return ("code", code);

            yield return ("markdown", text.Groups[1].Value.Trim());
            after = text.Index + text.Length;
        }

        if (script[after..].Trim() is { Length: > 0 } rest)
            yield return ("code", rest);
    }

    [GeneratedRegex(@"^\(\*\*\n(.*?)^\*\)\n", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comment();

    static JsonDocument Read(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name + ".ipynb")));

    static string Joined(JsonElement lines) => string.Concat(lines.EnumerateArray().Select(line => line.GetString()));

    static string PathOf(string file, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "notebooks", file));

    static async Task<(int Code, string Output, string Errors)> RunAsync(string name)
    {
        // where there is no Release build, the libraries beside these tests serve
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                ["fsi", "--nologo", $"--lib:{AppContext.BaseDirectory}", PathOf(name + ".fsx")])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        using var timeout = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, await output, await errors);
    }
}
