using System.Globalization;
using Hybrid.Data;
using Hybrid.Models;

namespace Hybrid.Playground;

/// <summary>An input of the network, behind the preprocessing.</summary>
/// <param name="Name">What it is made of, such as area, colour = red, or sold: sine of 7 days.</param>
/// <param name="Column">The column whose number it is, standardized; null for one that is made of a column in another way.</param>
sealed record NetworkInput(string Name, int? Column)
{
    /// <summary>The inputs in their order; none where categories are looked up as learned vectors.</summary>
    public static IReadOnlyList<NetworkInput> Of(Prepared prepared, TableData data)
    {
        NetworkInput[] inputs =
        [
            .. Preprocessing.fit(data.Value, prepared.Split.Training)
                .SelectMany((rule, column) => Of(rule, column, data.Columns[column])),
        ];
        return inputs.Length == prepared.Sizes[0] ? inputs : [];
    }

    static IEnumerable<NetworkInput> Of(ColumnRule rule, int column, ColumnInfo info)
    {
        switch (rule)
        {
            case ColumnRule.Cycles cycles:
                yield return new(info.Name, column);
                foreach (var wave in (string[])["sine", "cosine"])
                    foreach (var period in cycles.periods)
                        yield return new($"{info.Name}: {wave} of {period.ToString("G4", CultureInfo.InvariantCulture)} days", null);
                break;
            case ColumnRule.OneHot oneHot:
                foreach (var category in oneHot.categories)
                    yield return new($"{info.Name} = {info.Categories![category]}", null);
                if (oneHot.missing || oneHot.categories.Length == 0)
                    yield return new($"{info.Name} is missing", null);
                break;
            default:
                yield return new(info.Name, column);
                break;
        }
    }
}
