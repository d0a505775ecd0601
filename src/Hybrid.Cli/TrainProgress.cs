using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>The display while a network is trained: a moving line on a terminal, a handful of lines in a pipe.</summary>
static class TrainProgress
{
    const int Lines = 10;

    /// <summary>Runs work that reports its epochs, with the name of the metric that decides, if it is not the loss.</summary>
    public static T Show<T>(Terminal terminal, string? metric, Func<Action<EpochReport>, T> work)
    {
        if (!terminal.IsLive)
            return work(report => Print(terminal, metric, report));

        return terminal.Live.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 16 }, new PercentageColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: 1);
                return work(report =>
                {
                    task.Value = (double)report.Epoch / report.Epochs;
                    task.Description = Markup.Escape(Brief(report));
                });
            });
    }

    /// <summary>The first epoch and those that complete a tenth of the training.</summary>
    static void Print(Terminal terminal, string? metric, EpochReport report)
    {
        if (report.Epoch == 1 || Tenth(report.Epoch) > Tenth(report.Epoch - 1))
            terminal.Line($"  {Describe(metric, report)}");

        int Tenth(int epoch) => (int)((long)epoch * Lines / report.Epochs);
    }

    static string Describe(string? metric, EpochReport report)
    {
        var validation = report.Validation is { } measures
            ? $", validation loss {Words.Number(measures.Loss)}, {Words.Short(measures)}{StopBy(metric, report)}"
            : "";
        return $"epoch {report.Epoch}/{report.Epochs}: training loss {Words.Number(report.TrainingLoss)}{validation}{Units(report)}";
    }

    /// <summary>The value of the metric that decides.</summary>
    static string StopBy(string? metric, EpochReport report) =>
        report.StopBy is { } value ? $", {metric} {Words.Number(value)}" : "";

    /// <summary>The state of the hidden units, if monitored.</summary>
    static string Units(EpochReport report) =>
        (report.Units?.Dead is { } dead ? $", dead {Words.Percent(dead)}" : "")
        + (report.Units?.Saturated is { } saturated ? $", saturated {Words.Percent(saturated)}" : "");

    /// <summary>A text that fits beside a bar on a narrow terminal.</summary>
    static string Brief(EpochReport report) => $"epoch {report.Epoch}/{report.Epochs}, "
        + (report.Validation is { } measures
            ? $"validation {Words.Short(measures)}"
            : $"training loss {Words.Number(report.TrainingLoss)}")
        + Units(report);
}
