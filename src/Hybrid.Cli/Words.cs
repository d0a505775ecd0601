using Hybrid.Data;

namespace Hybrid.Cli;

/// <summary>Results as text, for people.</summary>
static class Words
{
    const int ListedNames = 10;

    public static string Number(double value) => value.ToString("G4", Arguments.Culture);

    public static string Percent(double share) => (100 * share).ToString("F1", Arguments.Culture) + " %";

    /// <summary>A number of things that are called s, or es after another s, where there is not one of them.</summary>
    public static string Count(int number, string one)
    {
        var ending = number == 1 ? "" : one.EndsWith('s') ? "es" : "s";
        return $"{number.ToString("N0", Arguments.Culture)} {one}{ending}";
    }

    /// <summary>The first few of some names.</summary>
    public static string List(IReadOnlyList<string> names) => names.Count <= ListedNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(ListedNames))} and {names.Count - ListedNames} more";

    /// <summary>The one number that says most.</summary>
    public static string Short(Quality quality) => quality switch
    {
        Quality.Classified classified => $"accuracy {Percent(classified.accuracy)}",
        Quality.Estimated estimated => $"R² {estimated.r2.ToString("F4", Arguments.Culture)}",
        _ => "",
    };

    public static string Describe(Quality quality) => quality switch
    {
        Quality.Estimated estimated => $"RMSE {Number(estimated.rmse)}, MAE {Number(estimated.mae)}, {Short(quality)}",
        _ => Short(quality),
    };

    public static string Describe(Measures measures) => $"{Describe(measures.Quality)}, loss {Number(measures.Loss)}";

    /// <summary>What is predicted: a quantity, or classes.</summary>
    public static string Goal(string target, IReadOnlyList<string>? classes) => classes is null
        ? $"regression of «{target}»"
        : $"classification of «{target}» into {Count(classes.Count, "class")} ({List(classes)})";

    public static IReadOnlyList<string>? ClassNames(Target target) => (target as Target.Classes)?.names;
}
