using System.Text.Json;

namespace Hybrid.Cli.Serving;

/// <summary>What became of a request's rows.</summary>
/// <param name="Outputs">For each row the model's outputs; null for one that is skipped.</param>
/// <param name="Problems">Why rows are skipped.</param>
/// <param name="Mended">How many rows have a missing value in place of one that does not fit.</param>
sealed record RowPrediction(double[]?[] Outputs, IReadOnlyList<RowProblem> Problems, int Mended)
{
    public int Skipped => Outputs.Count(outputs => outputs is null);

    /// <summary>As many reasons as help; the others are likely to be the same.</summary>
    const int MostReasons = 10;

    /// <summary>Predicts rows: JSON objects, whose values are found by the names of columns, or arrays of values in the order of the
    /// columns.</summary>
    /// <exception cref="RequestException">A row does not fit the model, and rows that do not are errors.</exception>
    public static RowPrediction Of(Model model, IReadOnlyList<JsonElement> rows, RowErrors onError)
    {
        try
        {
            double[] examples = [.. rows.SelectMany(row => Encode(model, row))];
            return new([.. model.Predict(examples).Chunk(model.Network.Outputs)], [], 0);
        }
        catch (Exception error) when (IsOfRow(error))
        {
            return OneByOne(model, rows, onError);
        }
    }

    static RowPrediction OneByOne(Model model, IReadOnlyList<JsonElement> rows, RowErrors onError)
    {
        var problems = new List<RowProblem>();
        var fitting = new Dictionary<int, double[]>();
        var mended = 0;

        for (var row = 0; row < rows.Count && !(onError == RowErrors.Fail && problems.Count == MostReasons); row++)
            try
            {
                var (example, isMended) = onError == RowErrors.Missing ? Mend(model, rows[row]) : (Encode(model, rows[row]), false);
                // numbers may fit and yet have no finite result
                model.Predict(example);
                fitting[row] = example;
                mended += isMended ? 1 : 0;
            }
            catch (Exception error) when (IsOfRow(error))
            {
                problems.Add(new(row + 1, Said(error)));
            }

        if (onError != RowErrors.Skip && problems is [var first, ..])
            throw new RequestException(
                422, problems.Count == 1 ? $"Row {first.Row}: {first.Detail}" : $"Row {first.Row}: {first.Detail} Other rows do not fit either.",
                problems);

        // together, so that they have the bits that they have in any request
        var outputs = fitting.Keys.Zip(model.Predict((double[])[.. fitting.Values.SelectMany(example => example)]).Chunk(model.Network.Outputs))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        return new([.. Enumerable.Range(0, rows.Count).Select(outputs.GetValueOrDefault)], [.. problems.Take(MostReasons)], mended);
    }

    /// <summary>Texts that hold half a character cannot be read, and are errors of System.Text.Json's own.</summary>
    static bool IsOfRow(Exception error) => error is HybridException or InvalidOperationException;

    static string Said(Exception error) => error is HybridException problem ? problem.Message : "A text is not valid Unicode.";

    static double[] Encode(Model model, JsonElement row) => model.Encode(Named(model, row));

    /// <summary>The row's numbers, where values that do not fit are missing, and whether there are any.</summary>
    static (double[] Example, bool IsMended) Mend(Model model, JsonElement row)
    {
        try
        {
            return (Encode(model, row), false);
        }
        catch (HybridException)
        {
            return (model.Encode(Named(model, row), UnknownCategory.AllMissing), true);
        }
    }

    /// <summary>A row by the names of columns: an array has its values in their order.</summary>
    static object Named(Model model, JsonElement row) => row.ValueKind != JsonValueKind.Array ? row
        : row.GetArrayLength() == model.Inputs
            ? model.Columns.Zip(row.EnumerateArray()).ToDictionary(pair => pair.First.Name, pair => (object?)pair.Second)
            : throw new HybridException(
                $"An array has a value for each of the model's {model.Inputs} columns, in their order, not {row.GetArrayLength()}.");
}
