using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hybrid.Benchmarks;

/// <summary>Results, for people or for programs.</summary>
static class Report
{
    public static void Print(JsonObject result, bool json)
    {
        if (json)
            Console.WriteLine(result.ToJsonString());
        else
            foreach (var (key, value) in result)
                Console.WriteLine($"{key,-24}{Text(value)}");
    }

    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    public static string Time(double seconds) => seconds switch
    {
        < 1e-3 => $"{Number(1e6 * seconds)} µs",
        < 1 => $"{Number(1e3 * seconds)} ms",
        _ => $"{Number(seconds)} s",
    };

    static string Text(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? Number(Convert.ToDouble(value.GetValue<object>(), CultureInfo.InvariantCulture)) : $"{value}";
}
