using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>What is shown while a network is trained: a moving line on a terminal, a handful of lines in a pipe.</summary>
static class TrainProgress
{
    const int Lines = 10;

    /// <summary>Does work that tells how far it is, from 0 to 1, and what it says of it.</summary>
    public static T Show<T>(Terminal terminal, Func<Action<EpochReport>, T> work)
    {
        if (!terminal.IsLive)
            return work(report => Print(terminal, report));

        return terminal.Live.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: 1);
                return work(report =>
                {
                    task.Value = (double)report.Epoch / report.Epochs;
                    task.Description = Markup.Escape(Describe(report));
                });
            });
    }

    /// <summary>The first epoch and then those that end a tenth of the training.</summary>
    static void Print(Terminal terminal, EpochReport report)
    {
        if (report.Epoch == 1 || Tenth(report.Epoch) > Tenth(report.Epoch - 1))
            terminal.Line($"  {Describe(report)}");

        int Tenth(int epoch) => (int)((long)epoch * Lines / report.Epochs);
    }

    static string Describe(EpochReport report)
    {
        // the training measures a quantity in its own standardised unit, which only its R² shares with the data
        var quality = report.Validation?.Quality switch
        {
            Quality.Classified classified => $", accuracy {Words.Percent(classified.accuracy)}",
            Quality.Estimated estimated => $", R² {estimated.r2.ToString("F4", Arguments.Culture)}",
            _ => "",
        };

        var validation = report.Validation is { } measures ? $", validation loss {Words.Number(measures.Loss)}{quality}" : "";
        return $"epoch {report.Epoch}/{report.Epochs}: training loss {Words.Number(report.TrainingLoss)}{validation}";
    }
}
