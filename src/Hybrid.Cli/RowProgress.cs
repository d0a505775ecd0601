using System.Diagnostics;
using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>The display while rows are worked on: a moving line on a terminal; in a pipe a line for each tenth, if it takes
/// long.</summary>
static class RowProgress
{
    const int Lines = 10;

    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Runs work that reports how many of all pieces are done, from any thread.</summary>
    public static T Show<T>(Terminal terminal, string pieces, Func<Action<int, int>, T> work)
    {
        if (!terminal.IsLive)
        {
            var start = Stopwatch.StartNew();
            var said = 0;
            return work((done, all) =>
            {
                var tenth = (int)((long)done * Lines / Math.Max(1, all));
                if (done < all && start.Elapsed > Quiet && Interlocked.Exchange(ref said, Math.Max(said, tenth)) < tenth)
                    terminal.Line($"  {Text(done, all, pieces)}");
            });
        }

        return terminal.Live.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 16 }, new PercentageColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                var task = context.AddTask(pieces, maxValue: 1);
                return work((done, all) =>
                {
                    task.Value = (double)done / Math.Max(1, all);
                    task.Description = Markup.Escape(Text(done, all, pieces));
                });
            });
    }

    static string Text(int done, int all, string pieces) => FormattableString.Invariant($"{done:N0} of {all:N0} {pieces}");
}
