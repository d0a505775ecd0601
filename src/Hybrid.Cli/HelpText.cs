using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hybrid.Cli;

/// <summary>The parser's help under the command's own name, with examples at the end.</summary>
sealed class HelpText(HelpAction inner, IReadOnlyDictionary<string, string> examples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        inner.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.WriteLine(text.ToString().Replace(RootCommand.ExecutableName, About.Name, StringComparison.Ordinal).TrimEnd());

        if (examples.TryGetValue(parseResult.CommandResult.Command.Name, out var shown))
        {
            output.WriteLine();
            output.WriteLine(shown);
        }

        return ExitCode.Done;
    }
}
