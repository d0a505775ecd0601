namespace Hybrid.Cli;

/// <summary>The command's names for the library's options: the only table from properties to flags.</summary>
static class Flags
{
    /// <summary>The flag of a property: MaxNorm is --max-norm.</summary>
    public static string Of(string property) => property switch
    {
        nameof(TrainingOptions.Activations) => "--activation",
        nameof(TrainingOptions.Layers) => "--network",
        nameof(TrainingOptions.MaxoutPieces) => "--maxout",
        nameof(TrainingOptions.BalancedClasses) => "--class-weights",
        nameof(TableOptions.Header) => "--no-header",
        nameof(TableOptions.Embedded) => "--embed",
        nameof(TableOptions.Targets) => "--target",
        nameof(TrainingOptions.ValidationFraction) => "--validation",
        nameof(TrainingOptions.TestFraction) or nameof(TrainingOptions.TestData) => "--test",
        nameof(TableOptions.Time) => "--split",
        nameof(TuneOptions.Journal) => "--trials",
        nameof(TrainingOptions.CheckpointInterval) => "--every",
        nameof(TrainingOptions.CalibrationFraction) => "--calibration",
        _ => "-" + string.Concat(property.Select((letter, i) =>
            char.IsUpper(letter) && (i == 0 || !char.IsUpper(property[i - 1]))
                ? $"-{char.ToLowerInvariant(letter)}"
                : char.ToLowerInvariant(letter).ToString())),
    };

    /// <summary>The flag of a property with its value, or alone if that is null.</summary>
    public static string With(string property, string? value) => (property, value) switch
    {
        (nameof(TableOptions.Header), "true") => "--header",
        (nameof(TrainingOptions.AcceptChanges), _) => Of(property),
        (_, null) or (nameof(TableOptions.Header), _) => Of(property),
        _ => $"{Of(property)} {Word(value)}",
    };

    /// <summary>A word as it must be typed: anything but letters, digits and a path's characters is quoted, so that no shell
    /// splits or runs it.</summary>
    public static string Word(string word) => word.Length > 0 && word.All(sign => char.IsLetterOrDigit(sign) || "-_./\\:,+".Contains(sign))
        ? word
        : $"'{word.Replace("'", @"'\''")}'";
}
