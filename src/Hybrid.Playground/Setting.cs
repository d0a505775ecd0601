using System.Globalization;

namespace Hybrid.Playground;

/// <summary>An option of hybrid train in its three writings.</summary>
/// <param name="Flag">At the shell, such as --hidden.</param>
/// <param name="Property">In C# and F#, such as Hidden.</param>
/// <param name="With">The options with the text of a value.</param>
/// <param name="CSharp">From the text of a value to a C# expression.</param>
/// <param name="FSharp">The same in F#.</param>
sealed record Setting(
    string Flag, string Property, Func<TrainingOptions, string, TrainingOptions> With, Func<string, string> CSharp,
    Func<string, string> FSharp)
{
    /// <summary>The options that the page has.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("--hidden", nameof(TrainingOptions.Hidden), (options, text) => options with { Hidden = Sizes(text) },
            text => $"[{string.Join(", ", Sizes(text))}]", text => $"Some [ {string.Join("; ", Sizes(text))} ]"),
        new("--activation", nameof(TrainingOptions.Activations),
            (options, text) => options with { Activations = text.Split(',') },
            text => $"[{string.Join(", ", text.Split(',').Select(Quoted))}]",
            text => $"[ {string.Join("; ", text.Split(',').Select(Quoted))} ]"),
        new("--maxout", nameof(TrainingOptions.MaxoutPieces),
            (options, text) => options with { MaxoutPieces = Whole("--maxout", text) }, text => text, text => text),
        Name("--loss", nameof(TrainingOptions.Loss), (options, name) => options with { Loss = name },
            name => $"Some(Loss.named {name})"),
        Name("--optimizer", nameof(TrainingOptions.Optimizer), (options, name) => options with { Optimizer = name },
            name => $"Method.named {name}"),
        Number("--learning-rate", nameof(TrainingOptions.LearningRate),
            (options, value) => options with { LearningRate = value }, true),
        Name("--schedule", nameof(TrainingOptions.Schedule), (options, name) => options with { Schedule = name },
            name => $"Some(Schedule.named {name})"),
        Count("--batch-size", nameof(TrainingOptions.BatchSize), (options, value) => options with { BatchSize = value }),
        Count("--epochs", nameof(TrainingOptions.Epochs), (options, value) => options with { Epochs = value }),
        Number("--validation", nameof(TrainingOptions.ValidationFraction),
            (options, value) => options with { ValidationFraction = value }, true),
        Number("--test", nameof(TrainingOptions.TestFraction), (options, value) => options with { TestFraction = value }, true),
        Count("--patience", nameof(TrainingOptions.Patience), (options, value) => options with { Patience = value }),
        Number("--l2", nameof(TrainingOptions.L2), (options, value) => options with { L2 = value }, true),
        Number("--l1", nameof(TrainingOptions.L1), (options, value) => options with { L1 = value }, false),
        Number("--dropout", nameof(TrainingOptions.Dropout), (options, value) => options with { Dropout = value }, false),
        Number("--input-noise", nameof(TrainingOptions.InputNoise),
            (options, value) => options with { InputNoise = value }, false),
        Number("--max-norm", nameof(TrainingOptions.MaxNorm), (options, value) => options with { MaxNorm = value }, true),
        Number("--clip-norm", nameof(TrainingOptions.ClipNorm), (options, value) => options with { ClipNorm = value }, true),
        new("--seed", nameof(TrainingOptions.Seed), (options, text) => options with { Seed = Natural("--seed", text) },
            text => text, text => $"{text}UL"),
    ];

    /// <summary>The page's option for a property; null if it has none.</summary>
    public static string? FlagOf(string property) => All.FirstOrDefault(setting => setting.Property == property)?.Flag;

    /// <summary>The shell's name of any property: that of a column to leave out, Ignore, is --ignore.</summary>
    public static string NameOf(string property) => FlagOf(property) ?? property switch
    {
        nameof(TableOptions.Targets) => "--target",
        nameof(TableOptions.Header) => "--no-header",
        _ => "-" + string.Concat(property.Select(letter => char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}")),
    };

    static Setting Name(
        string flag, string property, Func<TrainingOptions, string, TrainingOptions> with, Func<string, string> fsharp) =>
        new(flag, property, with, Quoted, text => fsharp(Quoted(text)));

    static Setting Number(
        string flag, string property, Func<TrainingOptions, double, TrainingOptions> with, bool isOptional) =>
        new(flag, property, (options, text) => with(options, Real(flag, text)), text => Literal(Real(flag, text)),
            text => isOptional ? $"Some {Literal(Real(flag, text))}" : Literal(Real(flag, text)));

    static Setting Count(string flag, string property, Func<TrainingOptions, int, TrainingOptions> with) =>
        new(flag, property, (options, text) => with(options, Whole(flag, text)), text => text, text => $"Some {text}");

    /// <summary>A text that C# and F# read.</summary>
    public static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A number that C# and F# read as a double.</summary>
    static string Literal(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? $"{text}.0" : text;
    }

    static int[] Sizes(string text) => text is "0" or "none" ? [] : [.. text.Split(',').Select(size => Whole("--hidden", size))];

    static int Whole(string flag, string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new HybridException($"{flag} must be a whole number, not {Printable.quote(text)}.");

    static ulong Natural(string flag, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new HybridException($"{flag} must be a whole number of at least 0, not {Printable.quote(text)}.");

    static double Real(string flag, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new HybridException($"{flag} must be a number, not {Printable.quote(text)}.");
}
