using System.Globalization;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Training;

public sealed class TunerTests : IDisposable
{
    static readonly SearchSpace space = SearchSpace.Parse(
        """{ "hidden": [[], [4]], "learning-rate": { "from": 0.001, "to": 0.1, "scale": "log" } }""");

    static readonly TableData moons = TableData.Load("moons");

    static readonly TuneOptions few = new() { Training = new() { Epochs = 9 }, Space = space, Trials = 12 };

    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static string Text(TuneReport report) => string.Join('\n', report.Trials) + report.Training.Test + report.Score;

    [Fact]
    public void A_search_gives_the_same_for_any_number_of_threads()
    {
        var report = Tuner.Tune(moons, few);
        Assert.Equal(12, report.Trials.Count);
        Assert.Empty(report.Trials[0].Options);
        Assert.All(report.Trials.Where(trial => trial.Value is not null), trial => Assert.True(report.Best.Value <= trial.Value));
        Assert.Equal(report.Best.Epoch, report.Training.Epochs);
        Assert.Equal(50, report.Training.Test!.Examples);
        Assert.Contains("best so far", report.ToSvg());
        Assert.Equal(Text(report), Text(Tuner.Tune(moons, few with { Training = new() { Epochs = 9, Threads = 3 } })));
    }

    [Fact]
    public void The_best_options_give_the_same_model_again()
    {
        var report = Tuner.Tune(moons, few with { Metric = "accuracy" });
        var found = report.Best.Options;
        var again = Trainer.Train(moons, new()
        {
            Hidden = found.TryGetValue("hidden", out var hidden) ? hidden == "0" ? [] : [int.Parse(hidden, Invariant)] : null,
            LearningRate = found.TryGetValue("learning-rate", out var rate) ? double.Parse(rate, Invariant) : null,
            Epochs = report.Best.Epoch,
            ValidationFraction = 0,
        });
        Assert.Equal("accuracy", report.Metric);
        Assert.Equal(report.Training.Test!.ToString(), again.Test!.ToString());
    }

    [Fact]
    public void An_interrupted_search_goes_on_from_its_journal()
    {
        var options = few with { Journal = folder.File("trials.jsonl"), Folds = 2 };
        var whole = Text(Tuner.Tune(moons, options with { Journal = null }));
        using var cancellation = new CancellationTokenSource();
        var results = 0;
        Assert.Throws<OperationCanceledException>(() => Tuner.Tune(
            moons, options, _ => { if (++results == 20) cancellation.Cancel(); }, cancellation.Token));

        File.AppendAllText(options.Journal, "{\"search\":1,\"tri");
        using (var run = Tuner.Start(moons, options))
        {
            Assert.True(run.HasDropped);
            Assert.True(run.Known >= 20);
            Assert.Equal(whole, Text(run.Run()));
        }

        // all of it is known now
        Assert.Equal(whole, Text(Tuner.Tune(moons, options, result => Assert.Fail(result.ToString()))));
    }

    [Fact]
    public void A_journal_of_another_search_is_refused()
    {
        var options = few with { Journal = folder.File("trials.jsonl"), Trials = 1 };
        Tuner.Tune(moons, options);

        void Refused(string says, TableData data, TuneOptions other)
        {
            var error = Assert.Throws<OptionException>(() => Tuner.Start(data, other));
            Assert.Equal("Journal", error.Option);
            Assert.Contains(says, error.Message);
        }

        Refused("other data", TableData.Load("circle"), options);
        Refused("another search space", moons, options with { Space = SearchSpace.Parse("""{ "l2": [1, 2] }""") });
        Refused("another metric", moons, options with { Metric = "accuracy" });
        Refused("the seed", moons, options with { Training = new() { Epochs = 9, Seed = 2 } });

        File.WriteAllText(options.Journal, "not this\n");
        Refused("not one of trials", moons, options);
    }

    [Fact]
    public void A_journal_needs_its_folder()
    {
        var path = folder.File("none/trials.jsonl");
        var error = Assert.Throws<HybridException>(() => Tuner.Start(moons, few with { Journal = path }));
        Assert.StartsWith($"{path}: the journal of the search cannot be kept there (", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "is empty")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{ "l2": """, "is not JSON in line 1")]
    [InlineData("""{ "hiden": [3] }""", "the axis «hiden», which is unknown")]
    [InlineData("""{ "hidden": [] }""", "has no value for hidden")]
    [InlineData("""{ "hidden": [["a"]] }""", "whole numbers")]
    [InlineData("""{ "activation": ["rely"] }""", "one of relu")]
    [InlineData("""{ "optimizer": ["adm"] }""", "adagrad")]
    [InlineData("""{ "dropout": { "from": 0.5, "to": 0.1 } }""", "from 0.5 to 0.1")]
    [InlineData("""{ "dropout": [1] }""", "below 1")]
    [InlineData("""{ "l2": { "from": 0, "to": 1, "scale": "log" } }""", "above 0")]
    [InlineData("""{ "l2": { "from": 0, "upto": 1 } }""", "«upto»")]
    [InlineData("""{ "l2": 1e999 }""", "too large")]
    [InlineData("""{ "l2": [1], "l2": [2] }""", "twice")]
    [InlineData("""{ "learning-rate": [1], "rate-factor": [2] }""", "both")]
    public void A_space_that_cannot_be_searched_is_refused(string json, string says)
    {
        var error = Assert.Throws<OptionException>(() => SearchSpace.Parse(json));
        Assert.Equal("Space", error.Option);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void The_printed_space_is_read_as_the_same()
    {
        using var run = Tuner.Start(moons);
        var text = run.Space.ToString();
        Assert.Contains("rate-factor", text);
        Assert.Equal(text, SearchSpace.Parse(text).ToString());
    }

    [Fact]
    public void What_is_given_is_not_searched()
    {
        using var run = Tuner.Start(moons, new() { Training = new() { Hidden = [5], Optimizer = "lbfgs" } });
        Assert.Equal(["activation", "l2"], run.Space.Axes);
    }

    [Fact]
    public void Options_that_do_not_fit_a_search_are_refused()
    {
        void Refused(string option, TuneOptions options) =>
            Assert.Equal(option, Assert.Throws<OptionException>(() => Tuner.Tune(moons, options)).Option);

        Refused("Trials", new() { Trials = 0 });
        Refused("Time", new() { Time = TimeSpan.Zero });
        Refused("Time", new() { Time = TimeSpan.FromSeconds(1), Trials = 3 });
        Refused("Folds", new() { Folds = 1 });
        Refused("Folds", new() { Folds = 201 });
        Refused("Metric", new() { Metric = "rmse" });
        Refused("Patience", new() { Training = new() { Patience = 3 } });
        Refused("Interval", new() { Training = new() { Interval = 0.9 } });
        Refused("ValidationFraction", new() { Training = new() { ValidationFraction = 0 } });
        Refused("TestFraction", new() { Folds = 2, Training = new() { TestFraction = 0.2 } });
        Refused("Space", new() { Space = SearchSpace.Parse("""{ "dropout": [0.1] }"""), Training = new() { Optimizer = "lbfgs" } });
    }

    [Fact]
    public void A_trial_that_diverges_does_not_end_the_search()
    {
        var report = Tuner.Tune(moons, few with { Space = SearchSpace.Parse("""{ "learning-rate": [1e30] }"""), Trials = 3 });
        Assert.Equal(1, report.Best.Number);
        Assert.Contains("NaN", report.Trials[1].Failure);
        Assert.Null(report.Trials[1].Value);
    }
}
