using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Hybrid.Cli;

/// <summary>Kinds of options: given a wrong value, each says in one line what it accepts.</summary>
static class Arguments
{
    delegate bool TryParse<T>(string text, out T value);

    public static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static Option<double?> Number(string name, string description, string hint = "number") =>
        Value<double>(name, hint, description, "a number",
            (text, out value) => double.TryParse(text, NumberStyles.Float, Culture, out value));

    /// <summary>A number, or a fraction such as 1/255.</summary>
    public static Option<double?> Fraction(string name, string description) =>
        Value<double>(name, "number", description, "a number or a fraction such as 1/255", TryFraction);

    static bool TryFraction(string text, out double value)
    {
        var parts = text.Split('/');
        value = 0;
        if (parts.Length > 2 || !double.TryParse(parts[0], NumberStyles.Float, Culture, out value))
            return false;

        if (parts.Length == 1)
            return double.IsFinite(value);

        var isNumber = double.TryParse(parts[1], NumberStyles.Float, Culture, out var divisor);
        value /= divisor;
        return isNumber && double.IsFinite(value);
    }

    /// <summary>Numbers, separated by commas.</summary>
    public static Option<double[]?> Numbers(string name, string description)
    {
        var option = new Option<double[]?>(name) { HelpName = "number,…", Description = description };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            double?[] numbers = [.. text.Split(',').Select(part =>
                double.TryParse(part, NumberStyles.Float, Culture, out var number) && double.IsFinite(number) ? number : (double?)null)];
            if (numbers.Contains(null))
                result.AddError($"{name} must be numbers separated by commas, such as 0.5,0.4,0.4, not {Printable.quote(text)}.");

            return [.. numbers.OfType<double>()];
        };
        return option;
    }

    public static Option<bool> Stream() => new("--stream")
    {
        Description = "The data may be larger than memory: a table's rows are kept in a file in TMPDIR or /var/tmp while the command "
            + "runs, and a folder's images are read from their files in each epoch.",
    };

    public static Option<int?> Whole(string name, string description, string hint = "n") =>
        Value<int>(name, hint, description, "a whole number",
            (text, out value) => int.TryParse(text, NumberStyles.AllowLeadingSign, Culture, out value));

    public static Option<ulong?> Natural(string name, string description, string hint = "n") =>
        Value<ulong>(name, hint, description, "a whole number of at least 0",
            (text, out value) => ulong.TryParse(text, NumberStyles.None, Culture, out value));

    public static Option<string?> Text(string name, string hint, string description) =>
        new(name) { HelpName = hint, Description = description };

    /// <summary>A time such as 30s, 5m or 2h; or epoch, which is none.</summary>
    public static Option<TimeSpan?> Interval(string name, string description) =>
        Value<TimeSpan>(name, "time|epoch", description, "epoch, or a time such as 30s, 5m or 2h", TryInterval);

    static bool TryInterval(string text, out TimeSpan interval)
    {
        interval = TimeSpan.Zero;
        if (text == "epoch")
            return true;

        var unit = text.LastOrDefault() switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        // a century is enough, and no overflow
        if (unit == 0 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, Culture, out var number) || number * unit is not (> 0 and < 3e9))
            return false;

        interval = TimeSpan.FromSeconds(number * unit);
        return true;
    }

    /// <summary>A share of the examples, or a file with further ones.</summary>
    public static Option<SharePart?> Share(string name, string description)
    {
        var option = new Option<SharePart?>(name) { HelpName = "share|file.csv", Description = description };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, Culture, out var share))
                return new SharePart(share, null);
            if (File.Exists(text) || Directory.Exists(text) || TableData.BuiltIn.Contains(text))
                return new SharePart(null, text);

            result.AddError($"{name} must be a number or an existing file, not {Printable.quote(text)}.");
            return null;
        };
        return option;
    }

    /// <summary>--target of data for a model.</summary>
    public static Option<string[]> Target() => new("--target")
    {
        HelpName = "column",
        Description = "The column that holds the target, if its name differs from training; of several targets, in their order, as for "
            + "training.",
    };

    public static Option<bool> Header() => new("--header")
    {
        Description = "The first row holds names. Default: decided by whether its values fit the columns below them.",
    };

    public static Option<bool> NoHeader() => new("--no-header")
    {
        Description = "The first row holds data, not names; columns are then named by their numbers from 1.",
    };

    /// <summary>What is said about the first row; null if nothing is.</summary>
    /// <exception cref="UsageException">Both options are given.</exception>
    public static bool? HasHeader(ParseResult parsed, Option<bool> header, Option<bool> noHeader) =>
        (parsed.GetValue(header), parsed.GetValue(noHeader)) switch
        {
            (true, true) => throw new UsageException("--header and --no-header contradict each other. Omit one of them."),
            (true, _) => true,
            (_, true) => false,
            _ => null,
        };

    /// <summary>--on-error of data with a model's columns.</summary>
    public static Option<string?> OnErrorOfData() => OnError(
        "What to do about a row that does not fit the model: fail; skip it; or take a text that is no number, or an unknown category, as "
        + "missing. Rows are counted. Default: fail.");

    /// <summary>--output, which is -o too.</summary>
    public static Option<string?> Output(string hint, string description) => Text("--output", hint, description).Also("-o");

    /// <summary>The same option under another usual name too.</summary>
    public static Option<T> Also<T>(this Option<T> option, string alias)
    {
        option.Aliases.Add(alias);
        return option;
    }

    public static Option<string?> Choice(string name, string description, params IEnumerable<string> choices)
    {
        string[] known = [.. choices];
        var option = Text(name, string.Join('|', known), description);
        option.CompletionSources.Add(known);
        option.CustomParser = result => Known(result, name, known, result.Tokens[0].Value);
        return option;
    }

    /// <summary>What to do about rows that do not fit a model.</summary>
    public static Option<string?> OnError(string description) =>
        Choice("--on-error", description, Enum.GetNames<RowErrors>().Select(name => name.ToLowerInvariant()));

    /// <summary>The choice of <see cref="OnError"/>; failing by default.</summary>
    public static RowErrors RowErrors(string? policy) => policy is null ? Hybrid.RowErrors.Fail : Enum.Parse<RowErrors>(policy, ignoreCase: true);

    /// <summary>A text that a function reads: what it refuses is an error of the option.</summary>
    public static Option<string?> Named<T>(
        string name, string hint, string description, Func<string, T> read, IEnumerable<string> completions)
    {
        string[] known = [.. completions];
        var option = Text(name, hint, description);
        option.CompletionSources.Add(known);
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            try
            {
                read(text);
                return text;
            }
            catch (OptionException error)
            {
                result.AddError($"{name} {error.Problem}.");
            }
            catch (HybridException error) when (Array.Exists(known, one => one.Split(':')[0] == text.Split(':')[0]))
            {
                result.AddError($"{name}: {error.Message}");
            }
            catch (HybridException)
            {
                return Known(result, name, known, text);
            }

            return null;
        };
        return option;
    }

    /// <summary>Choices, separated by commas.</summary>
    public static Option<string[]?> Choices(string name, string hint, string description, IEnumerable<string> choices)
    {
        string[] known = [.. choices];
        var option = new Option<string[]?>(name) { HelpName = hint, Description = description };
        option.CompletionSources.Add(known);
        option.CustomParser = result =>
            [.. result.Tokens[0].Value.Split(',').Select(text => Known(result, name, known, text.Trim()) ?? "")];
        return option;
    }

    /// <summary>Names of metrics, separated by commas; those of the list, or with a number in place of k or q.</summary>
    public static Option<string[]?> Metrics(string name, string description)
    {
        var option = new Option<string[]?>(name)
        {
            HelpName = "metric,…",
            Description = $"{description} {string.Join(", ", Metric.Names)}, with k from 1 and q between 0 and 1.",
        };
        option.CompletionSources.Add([.. Metric.Names]);
        option.CustomParser = result => [.. result.Tokens[0].Value.Split(',').Select(text => MetricName(result, name, text.Trim()))];
        return option;
    }

    /// <summary>The name of one metric.</summary>
    public static Option<string?> OneMetric(string name, string description)
    {
        var option = Text(name, "metric", description);
        option.CompletionSources.Add([.. Metric.Names]);
        option.CustomParser = result => MetricName(result, name, result.Tokens[0].Value);
        return option;
    }

    static string MetricName(ArgumentResult result, string name, string text)
    {
        try
        {
            return Metric.Named(text).Name;
        }
        catch (HybridException error)
        {
            result.AddError($"{name}: {error.Message}{UnknownWords.Suggest(text, Metric.Names)}");
            return text;
        }
    }

    /// <summary>Whole numbers, separated by commas; 0 or none for none.</summary>
    public static Option<int[]?> Sizes(string name, string hint, string description)
    {
        var option = new Option<int[]?>(name) { HelpName = hint, Description = description };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text is "0" or "none")
                return [];

            var sizes = new List<int>();
            foreach (var part in text.Split(','))
                if (int.TryParse(part, NumberStyles.Integer, Culture, out var size))
                    sizes.Add(size);
                else
                    result.AddError($"{name} must be whole numbers separated by commas, such as 64,32, not {Printable.quote(text)}.");

            return [.. sizes];
        };
        return option;
    }

    public static Option<bool> Json() =>
        new("--json") { Description = "Print one JSON object as the only line on stdout." };

    /// <summary>Names are the same in any case and with any dashes: LeakyReLU is leaky-relu.</summary>
    static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    static string? Known(ArgumentResult result, string name, string[] known, string text)
    {
        if (known.FirstOrDefault(choice => Letters(choice) == Letters(text)) is { } found)
            return found;

        var listed = $"{string.Join(", ", known[..^1])}{(known.Length > 1 ? " or " : "")}{known[^1]}";
        result.AddError($"{name} must be {listed}, not {Printable.quote(text)}.{UnknownWords.Suggest(text, known)}");
        return null;
    }

    static Option<T?> Value<T>(string name, string hint, string description, string kind, TryParse<T> parse)
        where T : struct
    {
        var option = new Option<T?>(name) { HelpName = hint, Description = description };
        option.CustomParser = result =>
        {
            if (parse(result.Tokens[0].Value, out var value))
                return value;

            result.AddError($"{name} must be {kind}, not {Printable.quote(result.Tokens[0].Value)}.");
            return null;
        };
        return option;
    }
}
