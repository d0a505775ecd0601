using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>hybrid completion: scripts for completion in shells.</summary>
static class CompletionCommand
{
    public const string Name = "completion";

    public const string Examples = """
        To install it, once:
          bash   echo 'source <(hybrid completion bash)' >> ~/.bashrc
          zsh    echo 'source <(hybrid completion zsh)' >> ~/.zshrc       after the line with compinit
          fish   hybrid completion fish > ~/.config/fish/completions/hybrid.fish
          pwsh   Add-Content $PROFILE 'hybrid completion pwsh | Out-String | Invoke-Expression'

        Or for this shell alone: source <(hybrid completion bash)
        """;

    /// <summary>The shells, and the extensions of their scripts.</summary>
    static readonly Dictionary<string, string> shells = new()
    {
        ["bash"] = ".bash",
        ["zsh"] = ".zsh",
        ["fish"] = ".fish",
        ["pwsh"] = ".ps1",
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell that will run the script." };
        shell.CompletionSources.Add([.. shells.Keys]);
        var command = new Command(Name, "Print the script that enables tab completion in a shell.")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            Console.Out.Write(Script(parsed.GetRequiredValue(shell)));
            return ExitCode.Done;
        });
        return command;
    }

    static string Script(string shell)
    {
        if (!shells.TryGetValue(shell, out var ending))
            throw new UsageException(
                $"there is no script for {Printable.quote(shell)}.{UnknownWords.Suggest(shell, shells.Keys)} The shells are {string.Join(", ", shells.Keys)}.");

        using var resource = typeof(CompletionCommand).Assembly.GetManifestResourceStream(About.Name + ending)!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
