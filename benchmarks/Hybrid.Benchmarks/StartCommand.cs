using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Hybrid.Benchmarks;

/// <summary>start: the time that the first use of the libraries takes in a process, mostly that of the JIT, and the number of methods that
/// it compiles. Each run is a process of its own.</summary>
static class StartCommand
{
    public static Command Create()
    {
        var runs = Parsing.Positive("--runs", "Processes for each row.", 11);
        var json = Parsing.Json();
        var command = new Command("start", "Time the first plan, prediction and training of a process.") { runs, json };
        command.SetAction(parsed =>
        {
            JsonNode[] rows = [.. Rows(parsed.GetValue(runs))];

            if (parsed.GetValue(json))
                Console.WriteLine(new JsonObject { ["rows"] = new JsonArray(rows) }.ToJsonString());
            else
                Print(rows);
        });
        return command;
    }

    static IEnumerable<JsonObject> Rows(int runs)
    {
        var model = Path.GetTempFileName();

        try
        {
            Trainer.Train(TableData.Load("iris"), new() { Epochs = 1 }).Model.Save(model);

            foreach (var work in FirstUse.Works)
            {
                JsonNode[] uses = [.. Enumerable.Range(0, runs).Select(_ => OwnProcess.Run([FirstUse.Word, work, model]))];
                double Median(string field) => Measure.Median(uses.Select(use => use[field]!.GetValue<double>()));
                yield return new JsonObject
                {
                    ["work"] = work,
                    ["milliseconds"] = Median("milliseconds"),
                    ["jitMilliseconds"] = Median("jitMilliseconds"),
                    ["methods"] = Median("methods"),
                };
            }
        }
        finally
        {
            File.Delete(model);
        }
    }

    static void Print(JsonNode[] rows)
    {
        Console.WriteLine($"{"",-12}{"ms",8}{"JIT, ms",10}{"methods",10}");

        foreach (var row in rows)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(string?)row["work"],-12}{(double)row["milliseconds"]!,8:F1}{(double)row["jitMilliseconds"]!,10:F1}{(double)row["methods"]!,10:F0}"));
    }
}
