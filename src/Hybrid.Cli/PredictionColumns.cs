namespace Hybrid.Cli;

/// <summary>The columns of a table of predictions: the class and the probability or score of each; or a quantity for each target; or
/// for each label its value, and the probability of yes. Intervals and sets of classes follow the prediction.</summary>
/// <param name="model">The model.</param>
/// <param name="text">How a name is written.</param>
sealed class PredictionColumns(Model model, Func<string, string> text)
{
    readonly string[]? classes = model.Classes is { } names ? [.. names.Select(text)] : null;
    readonly string[][] labels = model.HasLabels ? [.. model.Targets.Select(target => target.Categories!.Select(text).ToArray())] : [];

    /// <summary>The header.</summary>
    public string[] Names { get; } = Named(model, text);

    static string[] Named(Model model, Func<string, string> text)
    {
        if (model.Classes is { } classes)
            return model.Interval is null ? ["prediction", .. classes.Select(text)] : ["prediction", "set", .. classes.Select(text)];

        var width = model.Network.Outputs;
        string[] names = width == 1 && model.Interval is not null ? ["prediction", "lower", "upper"]
            : model.Interval is not null ? [.. model.OutputNames.Select(text).SelectMany(name => (string[])[name, $"{name} lower", $"{name} upper"])]
            : width == 1 ? ["prediction"]
            : width == model.OutputNames.Count ? [.. model.OutputNames.Select(text)]
            : [.. Enumerable.Range(1, width).Select(output => $"y{output}")];

        return model.HasLabels
            ? [.. names, .. model.Targets.Select(target => text($"{target.Name}={target.Categories![1]}"))]
            : names;
    }

    /// <summary>One row.</summary>
    /// <param name="outputs">The outputs for it.</param>
    public string[] Fields(double[] outputs)
    {
        string[] texts = [.. outputs.Select(Number)];

        if (classes is not null)
        {
            var predicted = classes[MetricsModule.predictedClass(Array.ConvertAll(outputs, output => (float)output))];
            return model.Interval is null
                ? [predicted, .. texts]
                : [predicted, string.Join('|', model.SetOf(outputs).Select(text)), .. texts];
        }

        if (model.Interval is not null)
            return [.. model.IntervalsAround(outputs).SelectMany((interval, index) =>
                (string[])[Number(interval.Prediction, index), Number(interval.Lower, index), Number(interval.Upper, index)])];

        return [.. labels.Select((noAndYes, label) => noAndYes[outputs[label] >= model.Thresholds![label] ? 1 : 0]), .. texts];
    }

    /// <summary>The shortest text that names the number: of a float32, fewer digits than of the same double. Targets have as many outputs
    /// each.</summary>
    string Number(double output, int index) => model.Targets[index * model.Targets.Count / model.Network.Outputs].Offset == 0
        ? ((float)output).ToString("R", Arguments.Culture)
        : output.ToString("R", Arguments.Culture);
}
