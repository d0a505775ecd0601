using System.CommandLine;
using System.Globalization;

namespace Hybrid.Cli;

/// <summary>Words that look like options but are not: the parser would take some of them for arguments.</summary>
static class UnknownWords
{
    /// <exception cref="UsageException">A command or an option is not known.</exception>
    public static void Check(ParseResult parsed, string[] words)
    {
        var command = parsed.CommandResult.Command;
        var root = parsed.RootCommandResult.Command;

        if (command == root && words.FirstOrDefault(word => !word.StartsWith('-')) is { } wrong)
        {
            var commands = root.Subcommands.Select(subcommand => subcommand.Name).ToArray();
            throw new UsageException(
                $"There is no command {Printable.quote(wrong)}.{Suggest(wrong, commands)} The commands are {string.Join(", ", commands)}.");
        }

        var options = command.Options.Concat(root.Options.Where(option => option.Recursive))
            .SelectMany(option => option.Aliases.Prepend(option.Name))
            .ToHashSet(StringComparer.Ordinal);

        foreach (var word in words.TakeWhile(word => word != "--"))
        {
            var name = word.Split('=', ':')[0];
            var isNumber = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

            // a formula may begin with a minus
            var isFormula = command.Name == ApproximateCommand.Name && word is ['-', not '-', ..];

            if (word.Length > 1 && word[0] == '-' && !isNumber && !isFormula && !options.Contains(name))
                throw new UsageException($"There is no option {name}.{Suggest(name, options)}");
        }
    }

    /// <summary>A sentence that names what a usual name of other programs is called here, or else the candidate closest to a word if it is
    /// close enough, else nothing.</summary>
    public static string Suggest(string word, IReadOnlyCollection<string> candidates)
    {
        if (UsualNames.Own(word, candidates) is { } own)
            return $" Did you mean {own}?";

        var nearest = candidates.Select(candidate => (candidate, distance: Distance(word, candidate)))
            .DefaultIfEmpty().MinBy(pair => pair.distance);

        // of short names nothing would be left
        return nearest.candidate is { } name && nearest.distance <= 1 + name.TrimStart('-').Length / 4 ? $" Did you mean {name}?" : "";
    }

    /// <summary>The edit distance: letters to insert, delete or replace.</summary>
    static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];

        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;

            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(
                    Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));

            previous = current;
        }

        return previous[^1];
    }
}
