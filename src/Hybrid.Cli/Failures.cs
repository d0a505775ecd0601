namespace Hybrid.Cli;

/// <summary>What went wrong, as one or two plain lines on stderr and an exit code.</summary>
static class Failures
{
    /// <summary>Says it of a command, or of the program where there is none of this name, and returns the exit code.</summary>
    public static int Report(Exception error, string command)
    {
        var (code, message) = Describe(error);
        Say(message);

        if (code == ExitCode.Usage)
            Write($"Try '{About.Name}{(CommandLine.Commands.Contains(command) ? $" {command}" : "")} --help'.");

        return code;
    }

    /// <summary>A line on stderr.</summary>
    public static void Say(string message) => Write($"{About.Name}: {message}");

    static void Write(string line)
    {
        try
        {
            Console.Error.WriteLine(Plain(line));
        }
        catch (Exception unheard) when (unheard is IOException or UnauthorizedAccessException)
        {
            // stderr is closed: the exit code is all that is left to say
        }
    }

    static (int Code, string Message) Describe(Exception error) => error switch
    {
        UsageException or ExpressionException => (ExitCode.Usage, error.Message),
        OptionException option => (ExitCode.Usage, $"{OptionName(option.Option)} {option.Problem}."),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted; nothing was written."),
        HybridException => (ExitCode.Failed, error.Message),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, error.Message),
        OutOfMemoryException or OverflowException => (
            ExitCode.Failed, "There is not enough memory. Take fewer or narrower layers, a smaller batch, or fewer rows."),
        _ => (
            ExitCode.Failed,
            $"{error.GetType().Name}: {error.Message} This is a mistake in {About.Name} {About.Version}: please report it "
            + "with the command that you typed."),
    };

    /// <summary>The option of the command that sets a property of the training options.</summary>
    static string OptionName(string property) => property switch
    {
        nameof(TrainingOptions.Activations) => "--activation",
        nameof(TrainingOptions.MaxoutPieces) => "--maxout",
        nameof(TrainingOptions.BalancedClasses) => "--class-weights",
        _ => "-" + string.Concat(property.Select((letter, i) =>
            char.IsUpper(letter) && (i == 0 || !char.IsUpper(property[i - 1]))
                ? $"-{char.ToLowerInvariant(letter)}"
                : char.ToLowerInvariant(letter).ToString())),
    };

    /// <summary>Messages quote files and formulas, and these must not steer a terminal or fill it: the middle is left out.</summary>
    static string Plain(string message)
    {
        const int half = 1000;
        var line = Printable.text(message.ReplaceLineEndings(" "));
        return line.Length > 2 * half ? $"{line[..half]} … {line[^half..]}" : line;
    }
}
