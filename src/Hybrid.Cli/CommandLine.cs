using System.CommandLine;
using System.CommandLine.Help;

namespace Hybrid.Cli;

/// <summary>The command: its subcommands, and how a command line becomes an exit code.</summary>
static class CommandLine
{
    const string Examples = """
        Examples:
          hybrid train iris                             train on built-in data, write model.onnx
          hybrid evaluate model.onnx iris --part test   measure it on the examples kept apart
          hybrid predict model.onnx flowers.csv         answer for each row of a table
          hybrid describe model.onnx                    layers, neurons and parameters
          hybrid gradcheck model.onnx iris              its gradients against differences
          hybrid doctor model.onnx iris                 dead units and what else went wrong in training
          hybrid convert other.onnx own.onnx            an ONNX file from elsewhere, written anew
          hybrid approximate "sin(2*pi*x)"              a network within 0.01 of a formula, proved
          hybrid lecture list                           the lecture's claims, each an experiment
          hybrid train --help                           all that training can do
          hybrid completion bash                        words at the Tab key: source <(hybrid completion bash)
        """;

    /// <summary>The names of the subcommands.</summary>
    public static IEnumerable<string> Commands => Root().Subcommands.Select(command => command.Name);

    public static int Run(string[] arguments)
    {
        var command = arguments.FirstOrDefault() ?? "";

        return Guard(command, () =>
        {
            var root = Root();
            if (Completion.IsAsked(arguments))
                return Completion.Print(root, arguments);

            // @ begins no response file, and -abc is no bundle: words mean what they say
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

    /// <summary>Does work, and says what goes wrong in it, or with what it prints.</summary>
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
            return Failures.Report(error, command);
        }
    }

    static void Check(ParseResult parsed, string[] arguments)
    {
        UnknownWords.Check(parsed, arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
            throw new UsageException(parsed.Errors[0].Message);
    }

    static RootCommand Root()
    {
        var root = new RootCommand("Trains feed-forward neural networks, measures them and uses them.")
        {
            TrainCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            DescribeCommand.Create(),
            GradcheckCommand.Create(),
            DoctorCommand.Create(),
            ConvertCommand.Create(),
            ApproximateCommand.Create(),
            LectureCommand.Create(),
            CompletionCommand.Create(),
        };

        foreach (var option in root.Options)
            if (option is HelpOption { Action: HelpAction inner })
                option.Action = new HelpText(inner, new Dictionary<string, string>
                {
                    [root.Name] = Examples,
                    ["train"] = TrainArguments.Examples,
                    [ApproximateCommand.Name] = ApproximateCommand.Examples,
                    [CompletionCommand.Name] = CompletionCommand.Examples,
                });

        return root;
    }
}
