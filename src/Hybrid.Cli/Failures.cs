namespace Hybrid.Cli;

/// <summary>Reports errors as one or two plain lines on stderr and an exit code.</summary>
static class Failures
{
    /// <summary>Reports an error of a command, or of the program if there is no such command, and returns the exit
    /// code.</summary>
    public static int Report(Exception error, string command)
    {
        var (code, message) = Describe(error);
        Say(Ranks.Name + message);

        if (code == ExitCode.Usage)
            Write($"Try '{About.Name}{(CommandLine.Commands.Contains(command) ? $" {command}" : "")} --help'.");

        return code;
    }

    /// <summary>Writes a line to stderr.</summary>
    public static void Say(string message) => Write($"{About.Name}: {message}");

    static void Write(string line)
    {
        try
        {
            Console.Error.WriteLine(Printable.line(line));
        }
        catch (Exception unheard) when (unheard is IOException or UnauthorizedAccessException)
        {
            // stderr is closed: only the exit code is left
        }
    }

    static (int Code, string Message) Describe(Exception error) => error switch
    {
        UsageException or ExpressionException => (ExitCode.Usage, error.Message),
        OptionException option => (ExitCode.Usage, $"{Flags.Of(option.Option)} {option.Problem}."),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted; nothing was written."),
        HybridException problem => (ExitCode.Failed, problem.MessageWith(Flags.With)),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, error.Message),
        OutOfMemoryException or OverflowException => (
            ExitCode.Failed, "There is not enough memory. Use fewer or narrower layers, a smaller batch, or fewer rows."),
        _ => (
            ExitCode.Failed,
            $"{error.GetType().Name}: {error.Message} This is a bug in {About.Name} {About.Version}. Please report it, "
            + "with the command line."),
    };
}
