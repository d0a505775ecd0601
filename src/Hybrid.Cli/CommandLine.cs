using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Hybrid.Cli;

/// <summary>The command: its subcommands, and how a command line becomes an exit code.</summary>
static class CommandLine
{
    const string Examples = """
        Examples:
          hybrid train iris                             train on built-in data, write model.onnx
          hybrid tune iris --budget 60s                 search for options that are better
          hybrid evaluate model.onnx iris --part test   measure it on the held-out examples
          hybrid predict model.onnx flowers.csv         predict each row of a table
          hybrid serve model.onnx                       predictions over HTTP
          hybrid describe model.onnx                    layers, neurons and parameters
          hybrid gradcheck model.onnx iris              compare its gradients with differences
          hybrid doctor model.onnx iris                 dead units and other training problems
          hybrid explain model.onnx iris                what its answers depend on
          hybrid convert other.onnx own.onnx            rewrite a foreign ONNX file
          hybrid approximate "sin(2*pi*x)"              a network proved to be within 0.01 of a formula
          hybrid verify model.onnx property.vnnlib      a property proved on whole boxes of inputs, or violated
          hybrid check-proof m.onnx p.vnnlib p.hybrid   a proof of that, recomputed without the verifier
          hybrid certify model.onnx iris --radius 0.1   rows whose class is proved to stay within a radius
          hybrid bounds model.onnx --box iris           the range of outputs over a box of inputs, proved
          hybrid lecture list                           the lecture's claims, one experiment each
          hybrid playground                             a page in the browser to try networks on
          hybrid train --help                           all training options
          hybrid completion bash                        tab completion: source <(hybrid completion bash)
        """;

    /// <summary>The names of the subcommands.</summary>
    public static IEnumerable<string> Commands => subcommands.Select(subcommand => subcommand.Name);

    static readonly (string Name, Func<Command> Create)[] subcommands =
    [
        ("train", TrainCommand.Create),
        (TuneCommand.Name, TuneCommand.Create),
        ("evaluate", EvaluateCommand.Create),
        ("predict", PredictCommand.Create),
        (ServeCommand.Name, ServeCommand.Create),
        ("describe", DescribeCommand.Create),
        ("gradcheck", GradcheckCommand.Create),
        ("doctor", DoctorCommand.Create),
        (ExplainCommand.Name, ExplainCommand.Create),
        ("convert", ConvertCommand.Create),
        (ApproximateCommand.Name, ApproximateCommand.Create),
        (VerifyCommand.Name, VerifyCommand.Create),
        (CheckProofCommand.Name, CheckProofCommand.Create),
        (CertifyCommand.Name, CertifyCommand.Create),
        (BoundsCommand.Name, BoundsCommand.Create),
        (LectureCommand.Name, LectureCommand.Create),
        (PlaygroundCommand.Name, PlaygroundCommand.Create),
        (CompletionCommand.Name, CompletionCommand.Create),
    ];

    public static int Run(string[] words)
    {
        // as in other programs
        string[] arguments = words is ["help", ..] ? [.. words[1..], "--help"] : words;
        var command = arguments.FirstOrDefault() ?? "";
        if (Ranks.AreIdle(command))
            return ExitCode.Done;

        if (Ranks.IsFollower)
            Console.SetOut(TextWriter.Null);

        return Guard(command, () =>
        {
            // only the command that runs is created: the others would load what they need, such as the lecture
            var root = Root(Commands.Contains(command) ? command : null);
            if (Completion.IsAsked(arguments))
                return Completion.Print(root, arguments);

            // @ does not begin a response file, and -abc is not a bundle: words are taken literally
            var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
            var parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments, configuration);

            Check(parsed, arguments);
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        });
    }

    /// <summary>Runs an action and reports what goes wrong in it or in its output.</summary>
    public static int Guard(string command, Func<int> work)
    {
        try
        {
            var code = work();
            StandardOutput.Check();
            return code;
        }
        catch (Exception error)
        {
            Ranks.GiveWay();
            var code = Failures.Report(error, command);
            Ranks.End(code);
            return code;
        }
    }

    static void Check(ParseResult parsed, string[] arguments)
    {
        UnknownWords.Check(parsed, arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
            throw new UsageException(Missing(parsed) ?? TooMany(parsed) ?? parsed.Errors[0].Message);
    }

    /// <summary>The argument or the value of an option that is missing, if that is what is wrong.</summary>
    static string? Missing(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;

        if (command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && !(parsed.GetResult(argument)?.Tokens.Count > 0)) is { } missing)
            return $"{command.Name} needs {missing.Name}: {missing.Description}";

        return parsed.Errors.Select(error => error.SymbolResult).OfType<OptionResult>()
            .FirstOrDefault(option => option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0) is { } empty
                ? $"{empty.Option.Name} needs a value{(empty.Option.HelpName is { } hint ? $", {hint}" : "")}: {empty.Option.Description}"
                : null;
    }

    /// <summary>The argument that the command does not take, if that is what is wrong.</summary>
    static string? TooMany(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens is [var first, ..]
            ? $"{Printable.quote(first)} is one argument too many: {command.Name} takes "
                + $"{(command.Arguments.Count == 0 ? "none" : string.Join(" and ", command.Arguments.Select(argument => argument.Name)))}."
            : null;
    }

    static RootCommand Root(string? only)
    {
        var root = new RootCommand("Trains, evaluates and applies feed-forward neural networks.");
        foreach (var (name, create) in subcommands)
            if (only is null || only == name)
                root.Add(create());

        foreach (var option in root.Options)
            if (option is HelpOption { Action: HelpAction inner })
                option.Action = new HelpText(inner, new Dictionary<string, string>
                {
                    [root.Name] = Examples,
                    ["train"] = TrainArguments.Examples,
                    [TuneCommand.Name] = TuneArguments.Examples,
                    [ServeCommand.Name] = ServeCommand.Examples,
                    [ExplainCommand.Name] = ExplainCommand.Examples,
                    [ApproximateCommand.Name] = ApproximateCommand.Examples,
                    [VerifyCommand.Name] = VerifyCommand.Examples,
                    [CheckProofCommand.Name] = CheckProofCommand.Examples,
                    [CertifyCommand.Name] = CertifyCommand.Examples,
                    [BoundsCommand.Name] = BoundsCommand.Examples,
                    [PlaygroundCommand.Name] = PlaygroundCommand.Examples,
                    [CompletionCommand.Name] = CompletionCommand.Examples,
                });

        return root;
    }
}
