using System.Text;

namespace Hybrid.Cli;

/// <summary>What went wrong, as one or two plain lines on stderr and an exit code.</summary>
static class Failures
{
    public static int Report(Exception error, string[] arguments)
    {
        var (code, message) = Describe(error);

        try
        {
            Console.Error.WriteLine($"{About.Name}: {Plain(message)}");

            if (code == ExitCode.Usage)
            {
                var command = arguments is ["train" or "evaluate" or "predict" or "describe" or "gradcheck" or "convert" or "approximate", ..]
                    ? $" {arguments[0]}"
                    : "";
                Console.Error.WriteLine($"Try '{About.Name}{command} --help'.");
            }
        }
        catch (Exception unheard) when (unheard is IOException or UnauthorizedAccessException)
        {
            // stderr is closed: the exit code is all that is left to say
        }

        return code;
    }

    static (int Code, string Message) Describe(Exception error) => error switch
    {
        UsageException => (ExitCode.Usage, error.Message),
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

    /// <summary>Messages quote files, and a file must not steer a terminal or fill it.</summary>
    static string Plain(string message)
    {
        const int longest = 2000;
        var plain = new StringBuilder(message.Length);

        foreach (var letter in message.ReplaceLineEndings(" ").Take(longest))
            plain.Append(char.IsControl(letter) ? '?' : letter);

        return plain.ToString();
    }
}
