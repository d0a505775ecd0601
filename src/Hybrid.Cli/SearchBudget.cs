using System.Globalization;
using System.Text.RegularExpressions;

namespace Hybrid.Cli;

/// <summary>The budget of a search: a time, or a number of trials.</summary>
/// <param name="Time">Null for a number of trials.</param>
/// <param name="Trials">Null for a time.</param>
sealed partial record SearchBudget(TimeSpan? Time, int? Trials)
{
    static readonly TimeSpan longest = TimeSpan.FromDays(365);

    /// <summary>The budget of a text: 60s, 5m, 2h or 40-trials.</summary>
    /// <returns>Null where it is none, or nothing.</returns>
    public static SearchBudget? Parse(string text)
    {
        if (Written().Match(text) is not { Success: true } match
            || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, Arguments.Culture, out var number))
            return null;

        if (match.Groups["unit"].Value is "-trials" or "-trial")
            return number is >= 1 and <= int.MaxValue && number == Math.Floor(number) ? new(null, (int)number) : null;

        var seconds = number * match.Groups["unit"].Value switch { "m" or "min" => 60, "h" => 3600, _ => 1 };
        return seconds > 0 && seconds <= longest.TotalSeconds ? new(TimeSpan.FromSeconds(seconds), null) : null;
    }

    [GeneratedRegex("^(?<number>[0-9]+([.][0-9]+)?)(?<unit>s|m|min|h|-trials?)$")]
    private static partial Regex Written();
}
