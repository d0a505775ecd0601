namespace Hybrid.Cli;

/// <summary>Predictions as rows of a CSV table: columns to keep, and what is predicted.</summary>
sealed class PredictionTable(TextWriter writer, Model model, IReadOnlyList<string> keep, Func<string, string> text)
{
    readonly int width = model.Network.Outputs;
    readonly PredictionColumns columns = new(model, text);
    bool hasBegun;

    public void Write(PredictedRows rows)
    {
        // only now is it certain that the data fit the model
        if (!hasBegun)
            writer.WriteLine(OutputFile.Row([.. keep.Select(text), .. columns.Names]));

        hasBegun = true;

        for (var row = 0; row < rows.Kept.Count; row++)
            writer.WriteLine(OutputFile.Row(
                [.. rows.Kept[row].Select(text), .. columns.Fields(rows.Outputs[(row * width)..((row + 1) * width)])]));
    }
}
