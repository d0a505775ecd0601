using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text.RegularExpressions;
using Hybrid.Data;

namespace Hybrid.Cli;

/// <summary>The directive [suggest]: the words that can complete an unfinished command line.</summary>
/// <remarks>Replaces the parser's own, which knows no files, offers words that merely contain what was typed, and lists options
/// first.</remarks>
static partial class Completion
{
    const string Directive = "[suggest";

    public static bool IsAsked(string[] arguments) =>
        arguments is [var first, ..] && first.StartsWith(Directive, StringComparison.Ordinal);

    /// <summary>Handles [suggest:N] "LINE", with the cursor after N characters of the line, or at its end without N.</summary>
    public static int Print(RootCommand root, string[] arguments)
    {
        var line = arguments.ElementAtOrDefault(1) ?? "";
        var position = arguments[0][Directive.Length..].Trim(':', ']');
        var before = int.TryParse(position, NumberStyles.None, Arguments.Culture, out var n) && n < line.Length ? line[..n] : line;

        foreach (var word in Words(root, before))
            Console.Out.WriteLine(word);

        return ExitCode.Done;
    }

    /// <summary>The completions of the line's last word, in order.</summary>
    static IEnumerable<string> Words(RootCommand root, string line)
    {
        var words = Split(line);
        var last = words[^1];
        return Candidates(root, words).Where(word => word.StartsWith(last, StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>A line's words as a shell sees them, without quotes; the last is empty after a space.</summary>
    static List<string> Split(string line)
    {
        var matches = Word().Matches(line);
        var isFinished = matches.Count == 0 || matches[^1].Index + matches[^1].Length < line.Length;
        var words = matches.Select(match => Quoting().Replace(match.Value, "$1"));
        return [.. isFinished ? words.Append("") : words];
    }

    [GeneratedRegex("""(\\.|"[^"]*"?|'[^']*'?|[^\s"'])+""")]
    private static partial Regex Word();

    [GeneratedRegex("""\\(.)|["']""")]
    private static partial Regex Quoting();

    static IEnumerable<string> Candidates(RootCommand root, List<string> words)
    {
        var last = words[^1];
        var command = root.Subcommands.FirstOrDefault(known => known.Name == words[0]);

        if (words.Count == 1)
            return last.StartsWith('-') ? Options(root, words) : root.Subcommands.Select(known => known.Name);
        if (command is null)
            return [];

        Option? waiting = null;
        var arguments = 0;

        foreach (var word in words.Skip(1).SkipLast(1))
        {
            var option = waiting is null ? Named(command, word) : null;
            if (waiting is null && option is null && !word.StartsWith("--", StringComparison.Ordinal))
                arguments++;

            waiting = option is not null && TakesValue(option) ? option : null;
        }

        if (waiting is not null)
            return Values(waiting, waiting.HelpName, waiting.ValueType, last);
        if (last.Split('=') is [var name, var value] && Named(command, name) is { } given)
            return Values(given, given.HelpName, given.ValueType, value).Select(word => $"{name}={word}");
        if (last.StartsWith('-') || arguments >= command.Arguments.Count)
            return Options(command, words);

        var argument = command.Arguments[arguments];
        return Values(argument, argument.HelpName ?? argument.Name, argument.ValueType, last);
    }

    static Option? Named(Command command, string word) =>
        command.Options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    static bool TakesValue(Option option) => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    /// <summary>The options that can still be given.</summary>
    static IEnumerable<string> Options(Command command, List<string> words) => command.Options
        .Where(option => option.Arity.MaximumNumberOfValues > 1 || !words.SkipLast(1).Contains(option.Name))
        .Select(option => option.Name)
        .Append("--help");

    /// <summary>The values of an option or argument: fixed words, or files if its help name is a file's.</summary>
    static IEnumerable<string> Values(Symbol symbol, string? hint, Type type, string word)
    {
        var known = symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label);

        // in a list, the last one is being typed
        if (type.IsArray)
            return known.Select(label => word[..(word.LastIndexOf(',') + 1)] + label);

        return hint switch
        {
            "DATA" => DataSource.names.Concat(Files(word, "")),
            "MODEL" or "MODEL|SIZES" or "IN" or "OUT" => Files(word, ".onnx"),
            "PROPERTY" => Files(word, ".vnnlib"),
            "path" => Files(word, ""),
            "dir" => Files(word, null),
            _ when Path.GetExtension(hint) is { Length: > 0 } extension => Files(word, extension),
            _ => known,
        };
    }

    /// <summary>The folders, and the files with the extension if one is given, that complete a word.</summary>
    static IEnumerable<string> Files(string word, string? extension)
    {
        var typed = word[..(word.LastIndexOf('/') + 1)];
        var folder = typed.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + typed[1..]
            : typed.Length > 0 ? typed : ".";

        if (!Directory.Exists(folder))
            return [];

        return new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.System })
            .Where(found => !found.Name.StartsWith('.') || word[typed.Length..].StartsWith('.'))
            // a name with control characters is not offered: escaped, it would be a different name
            .Where(found => Printable.text(found.Name) == found.Name)
            .Where(found => found is DirectoryInfo || (extension is not null && found.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
            .Select(found => typed + found.Name + (found is DirectoryInfo ? "/" : ""));
    }
}
