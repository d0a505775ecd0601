using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace Hybrid.Cli;

/// <summary>hybrid playground: serves the page to try networks on, on this machine only, and opens it.</summary>
static class PlaygroundCommand
{
    public const string Name = "playground";

    const string Publishing = "dotnet publish src/Hybrid.Playground.Browser -c Release";

    /// <summary>Where that puts the page, from the checkout's root.</summary>
    static readonly string published = Path.Combine(
        "src", "Hybrid.Playground.Browser", "bin", "Release", "net10.0", "publish", "wwwroot");

    public const string Examples = $"""
        Examples:
          hybrid playground                       the page, with the spiral
          hybrid playground moons                 the same with other built-in data
          hybrid playground houses.csv            with a table of yours, which does not leave this machine
          hybrid playground --no-open --port 8080 for a browser that you open yourself

        In a checkout, the page is published once: {Publishing}
        """;

    public static Command Create()
    {
        var data = new Argument<string?>("DATA")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Built-in data, or a CSV file. Default: spiral.",
        };
        var folder = Arguments.Text(
            "--folder", "dir", $"The published page. Default: the folder {Name} beside this program, or that of the checkout in which "
            + $"the command runs, as '{Publishing}' writes it.");
        var port = Arguments.Whole("--port", "The port. Default: a free one.", "n");
        var noOpen = new Option<bool>("--no-open") { Description = "Print the address, and open no browser." };

        var command = new Command(
            Name, "Open a page in the browser to try networks on: the same engine, bit for bit. Only this machine can see it.")
        {
            data, folder, port, noOpen,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(data), parsed.GetValue(folder), parsed.GetValue(port) ?? 0, !parsed.GetValue(noOpen)));
        return command;
    }

    static int Run(string? data, string? folder, int port, bool opens)
    {
        if (port is < 0 or > 65535)
            throw new UsageException($"--port must be from 0 to 65535, not {port}.");

        var isTable = data is not null && !TableData.BuiltIn.Contains(data);
        if (isTable && !File.Exists(data))
            throw new HybridException($"{data}: there is no such file, and no built-in data set of this name.");

        using var files = new LoopbackFiles(folder ?? Find(), port);
        if (isTable)
            files.Add($"data/{Path.GetFileName(data)}", data!);

        using var interruption = new Interruption();
        var address = $"{files.Address}{(data is null ? "" : Fragment(data))}";
        Console.Out.WriteLine($"The playground is at {address} (only on this machine). Ctrl-C ends it.");
        if (opens)
            Open(address);

        files.Serve(interruption.Token);
        return ExitCode.Done;
    }

    /// <summary>The command line with the data, as the page's address has it.</summary>
    internal static string Fragment(string data) => $"#train+{Uri.EscapeDataString(Flags.Word(Path.GetFileName(data)))}";

    /// <summary>The folder beside the program, or that of the checkout around the current folder.</summary>
    static string Find()
    {
        List<string> candidates = [Path.Combine(AppContext.BaseDirectory, Name)];
        for (var at = Directory.GetCurrentDirectory(); at is not null; at = Path.GetDirectoryName(at))
            candidates.Add(Path.Combine(at, published));

        return candidates.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "index.html")))
            ?? throw new HybridException(
                $"The page is not published. In a checkout of Hybrid, run '{Publishing}' once; or name its folder with --folder.");
    }

    /// <summary>A browser is a convenience: where there is none, the address has been printed.</summary>
    static void Open(string address)
    {
        var (program, words) = OperatingSystem.IsWindows() ? (address, "")
            : (OperatingSystem.IsMacOS() ? "open" : "xdg-open", address);

        try
        {
            using var opened = Process.Start(new ProcessStartInfo(program, words)
            {
                UseShellExecute = OperatingSystem.IsWindows(),
                RedirectStandardError = !OperatingSystem.IsWindows(),
            });
        }
        catch (Exception error) when (error is Win32Exception or FileNotFoundException)
        {
            Console.Error.WriteLine("No browser was found: open the address yourself.");
        }
    }
}
